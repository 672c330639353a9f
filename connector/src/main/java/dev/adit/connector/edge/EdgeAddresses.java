package dev.adit.connector.edge;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each connection an address of the edge; looks the addresses up at first, and again when as many dials in a row have
 * failed as there are addresses. Nobody waits for that second look: a path that takes no connections mostly takes no
 * questions either. Confined to one event loop.
 */
public final class EdgeAddresses {
    private static final Logger log = LoggerFactory.getLogger(EdgeAddresses.class);

    /** Who waits for a look-up. */
    private record Waiting(int connIndex, Consumer<EdgeAddress> found, Consumer<EdgeFailure> failed) {}

    private final EdgeSource source;
    private final IpVersion version;
    private final EventLoop loop;
    private final List<Waiting> waiting = new ArrayList<>();
    private @Nullable EdgePool pool;
    private @Nullable EdgeRegions known;
    private int failures;
    private boolean looking;
    private boolean told;

    public EdgeAddresses(EdgeSource source, IpVersion version, EventLoop loop) {
        this.source = source;
        this.version = version;
        this.loop = loop;
    }

    /** Calls one of the two with the address of {@code connIndex} or with why there is none, at once or later. */
    public void take(int connIndex, Consumer<EdgeAddress> found, Consumer<EdgeFailure> failed) {
        assert loop.inEventLoop();
        EdgePool addresses = pool;
        if (addresses == null) {
            waiting.add(new Waiting(connIndex, found, failed));
            look();
            return;
        }
        if (failures >= addresses.size() && !source.isFixed()) {
            look();
        }
        found.accept(addresses.address(connIndex));
    }

    /** How many connections the edge has an address for; given addresses take any number. */
    public int most() {
        EdgePool addresses = pool;
        return addresses == null || source.isFixed() ? Integer.MAX_VALUE : addresses.size();
    }

    private void look() {
        if (!looking) {
            looking = true;
            source.find()
                    .whenComplete((regions, error) ->
                            loop.execute(() -> looked(regions, error == null ? null : text(error))));
        }
    }

    /** The address of {@code connIndex} was no good, perhaps because it could not be reached. */
    public void leave(int connIndex, boolean unreachable) {
        EdgePool addresses = pool;
        if (addresses == null) {
            return;
        }
        if (unreachable) {
            failures++;
        }
        addresses.leave(connIndex, unreachable);
        if (!addresses.hasFree() && !told) {
            told = true;
            log.info("there are no free edge addresses left to resolve to, so some are used again");
        }
    }

    /** An address was good. */
    public void worked() {
        failures = 0;
        told = false;
    }

    private void looked(@Nullable EdgeRegions regions, @Nullable String error) {
        looking = false;
        failures = 0;
        String problem = regions == null ? error : use(regions);
        if (problem != null) {
            log.warn("The edge's addresses could not be looked up error=\"{}\"", problem);
        }
        List<Waiting> served = List.copyOf(waiting);
        waiting.clear();
        EdgePool addresses = pool;
        for (Waiting each : served) {
            if (addresses == null) {
                each.failed.accept(new EdgeFailure(EdgeFailure.Kind.NO_ADDRESS, String.valueOf(problem)));
            } else {
                each.found.accept(addresses.address(each.connIndex));
            }
        }
    }

    /** Old addresses stay in use when the new ones are the same, since the pool knows which of them failed. */
    private @Nullable String use(EdgeRegions regions) {
        if (regions.equals(known)) {
            return null;
        }
        try {
            pool = new EdgePool(regions, version, System::nanoTime, ThreadLocalRandom.current());
            known = regions;
            return null;
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }

    private static String text(Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        return String.valueOf(cause.getMessage());
    }
}
