package dev.adit.connector.app;

import dev.adit.connector.supervise.TunnelEvents;
import dev.adit.connector.tunnel.TunnelEnd;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one look at its surroundings that a process takes: at once when a connection can't be had, else when the start is
 * over, and none if it is told to stop before. Confined to the supervisor's loop.
 */
final class StartChecks implements TunnelEvents {
    /** So that the checks don't delay the first registration, on a slow machine either. */
    private static final Duration AFTER = Duration.ofSeconds(5);

    private final EventLoop loop;
    private final Supplier<CompletableFuture<Void>> look;
    /** Set once nothing more has to be waited for, or waited with. */
    private @Nullable CompletableFuture<Void> looked;

    /** {@code look} says what it saw before its result completes, and ends by itself. */
    StartChecks(EventLoop loop, Supplier<CompletableFuture<Void>> look) {
        this.loop = loop;
        this.look = look;
    }

    /** Looks in some seconds, unless there is a reason to look before; for any thread. */
    void start() {
        loop.schedule(this::now, AFTER.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void ended(int connIndex, TunnelEnd end) {
        now();
    }

    @Override
    public void draining() {
        if (looked == null) {
            looked = CompletableFuture.completedFuture(null);
        }
    }

    /**
     * Gives {@code end} back when a process may end: one that gives up says first what it sees around it, which takes some
     * 10 s at most. For any thread.
     *
     * @param end completes with why the process gives up, or with null
     */
    CompletableFuture<@Nullable String> before(CompletableFuture<@Nullable String> end) {
        return end.thenComposeAsync(
                why -> why == null
                        ? CompletableFuture.<@Nullable String>completedFuture(null)
                        : now().handle((done, error) -> why),
                loop);
    }

    private CompletableFuture<Void> now() {
        CompletableFuture<Void> begun = looked;
        if (begun == null) {
            begun = look.get();
            looked = begun;
        }
        return begun;
    }
}
