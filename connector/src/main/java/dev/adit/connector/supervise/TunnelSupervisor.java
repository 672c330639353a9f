package dev.adit.connector.supervise;

import dev.adit.connector.edge.EdgeFailure;
import dev.adit.connector.edge.EdgePool;
import dev.adit.connector.tunnel.Tunnel;
import dev.adit.connector.tunnel.TunnelConnection;
import dev.adit.connector.tunnel.TunnelEnd;
import dev.adit.connector.wire.RegistrationOutcome;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the wanted number of connections up: the first alone until it is registered, then one more a second, each of them
 * dialed again for ever when it ends. Its state is confined to one event loop; connections on other loops send it events.
 */
public final class TunnelSupervisor implements TunnelConnection.Listener {
    private static final Logger log = LoggerFactory.getLogger(TunnelSupervisor.class);

    /** One connection index and what befell it. */
    private static final class Slot {
        private final int connIndex;
        private final Backoff backoff = new Backoff(ThreadLocalRandom.current());
        private int rotations;

        Slot(int connIndex) {
            this.connIndex = connIndex;
        }
    }

    private final Tunnel tunnel;
    private final EdgePool edges;
    private final EventLoopGroup loops;
    private final EventLoop loop;
    private final List<Slot> slots = new ArrayList<>();
    private final Set<TunnelConnection> alive = new HashSet<>();
    private final CompletableFuture<@Nullable String> done = new CompletableFuture<>();
    private boolean everRegistered;
    private boolean draining;

    /** Keeps {@code connections} connections of {@code tunnel}, at least 1, spread over {@code loops}. */
    public TunnelSupervisor(Tunnel tunnel, EdgePool edges, EventLoopGroup loops, int connections) {
        this.tunnel = tunnel;
        this.edges = edges;
        this.loops = loops;
        loop = loops.next();
        for (int i = 0; i < connections; i++) {
            slots.add(new Slot(i));
        }
    }

    /**
     * Starts to connect. The result completes when all has ended: with null after a drain, or with an error text if the
     * first connection failed in a way that trying again can't mend.
     */
    public CompletableFuture<@Nullable String> start() {
        loop.execute(() -> connect(slots.get(0)));
        return done;
    }

    /** Ends all connections, each as soon as the edge and the running requests let it, at the latest after {@code grace}. */
    public void drain(Duration grace) {
        loop.execute(() -> startDrain(grace));
    }

    @Override
    public void registered(TunnelConnection connection) {
        loop.execute(() -> onRegistered(connection));
    }

    @Override
    public void goingAway(TunnelConnection connection) {
        loop.execute(() -> replace(slots.get(connection.connIndex())));
    }

    @Override
    public void ended(TunnelConnection connection, TunnelEnd end) {
        if (!loop.isShuttingDown()) {
            loop.execute(() -> onEnded(connection, end));
        }
    }

    private void connect(Slot slot) {
        if (draining) {
            return;
        }
        TunnelConnection.Plan plan = new TunnelConnection.Plan(
                slot.connIndex, edges.address(slot.connIndex, slot.rotations), slot.backoff.failures());
        TunnelConnection connection = new TunnelConnection(tunnel, plan, loops.next(), this);
        alive.add(connection);
        connection.start();
    }

    private void onRegistered(TunnelConnection connection) {
        slots.get(connection.connIndex()).backoff.reset();
        if (everRegistered) {
            return;
        }
        everRegistered = true;
        for (Slot slot : slots.subList(1, slots.size())) {
            loop.schedule(() -> connect(slot), slot.connIndex - 1, TimeUnit.SECONDS);
        }
    }

    private void replace(Slot slot) {
        if (!draining) {
            connect(slot);
        }
    }

    private void onEnded(TunnelConnection connection, TunnelEnd end) {
        if (!alive.remove(connection)) {
            return;
        }
        if (draining) {
            finishIfAllEnded();
        } else if (!(end instanceof TunnelEnd.Drained)) {
            retry(slots.get(connection.connIndex()), end);
        }
    }

    private void retry(Slot slot, TunnelEnd end) {
        String reason = reason(end);
        if (!everRegistered && isHopeless(end)) {
            log.error("initial tunnel connection failed connIndex={} error=\"{}\"", slot.connIndex, reason);
            done.complete(reason);
            return;
        }
        if (changesAddress(end)) {
            slot.rotations++;
        }
        if (end instanceof TunnelEnd.Lost lost && lost.registered()) {
            log.info("Lost connection with the edge connIndex={}", slot.connIndex);
        }
        Duration bound = slot.backoff.bound();
        Duration wait = longer(slot.backoff.next(), askedFor(end));
        log.warn("Connection terminated connIndex={} error=\"{}\"", slot.connIndex, reason);
        log.info(
                "Retrying connection in up to {}s connIndex={}",
                longer(bound, wait).toSeconds(),
                slot.connIndex);
        loop.schedule(() -> connect(slot), wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static String reason(TunnelEnd end) {
        if (end instanceof TunnelEnd.NotReached notReached) {
            return "Unable to establish connection with the edge: "
                    + notReached.why().detail();
        }
        if (end instanceof TunnelEnd.Refused refused) {
            return "Register tunnel error from server side: " + refused.why().cause();
        }
        return end instanceof TunnelEnd.Lost lost ? lost.detail() : "drained";
    }

    /** Whether the next try is bound to end the same way; unlike cloudflared we take the edge's word that it is not. */
    private static boolean isHopeless(TunnelEnd end) {
        if (end instanceof TunnelEnd.NotReached notReached) {
            return notReached.why().kind() == EdgeFailure.Kind.UNTRUSTED;
        }
        return end instanceof TunnelEnd.Refused refused
                && !refused.why().shouldRetry()
                && !isDuplicate(refused.why())
                && !refused.why().cause().contains("Unauthorized");
    }

    private static boolean changesAddress(TunnelEnd end) {
        return end instanceof TunnelEnd.NotReached
                || (end instanceof TunnelEnd.Refused refused && isDuplicate(refused.why()));
    }

    /** This connector has a connection to that edge address already. */
    private static boolean isDuplicate(RegistrationOutcome.Refused refused) {
        return refused.cause().equals("EDUPCONN");
    }

    private static Duration askedFor(TunnelEnd end) {
        return end instanceof TunnelEnd.Refused refused ? refused.why().retryAfter() : Duration.ZERO;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private void startDrain(Duration grace) {
        if (draining) {
            return;
        }
        draining = true;
        List.copyOf(alive).forEach(connection -> connection.drain(grace));
        finishIfAllEnded();
    }

    private void finishIfAllEnded() {
        if (alive.isEmpty()) {
            done.complete(null);
        }
    }
}
