package dev.adit.proxy.engine;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Notices an origin that is silent in the middle of a response body. It looks once in each limit, so it may take twice as
 * long. Confined to the event loop of its exchange.
 */
final class BodyIdle {
    private final EventLoop loop;
    private final Duration limit;
    private final Runnable whenSilent;
    private boolean restarted;
    private @Nullable ScheduledFuture<?> next;

    /** Runs {@code whenSilent} when no byte came for {@code limit}; never if that is zero. */
    BodyIdle(EventLoop loop, Duration limit, Runnable whenSilent) {
        this.loop = loop;
        this.limit = limit;
        this.whenSilent = whenSilent;
    }

    /** The time runs from here. */
    void start() {
        if (!limit.isZero()) {
            restarted = false;
            next = loop.schedule(this::check, limit.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** There is no silence up to here: a byte came, or none could. */
    void restart() {
        restarted = true;
    }

    void cancel() {
        ScheduledFuture<?> waiting = next;
        if (waiting != null) {
            waiting.cancel(false);
            next = null;
        }
    }

    private void check() {
        if (restarted) {
            start();
        } else {
            whenSilent.run();
        }
    }
}
