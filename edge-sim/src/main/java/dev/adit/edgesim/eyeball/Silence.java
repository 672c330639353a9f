package dev.adit.edgesim.eyeball;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Notices that nothing has happened for a while. One task that is armed again, however often something happens. */
final class Silence {
    private final EventExecutor loop;
    private final long limitNanos;
    private final Runnable notice;
    private long lastNanos = System.nanoTime();
    private @Nullable Future<?> task;

    /** Runs {@code notice} on {@code loop} after {@code limit} without {@link #broken()}; a limit of zero means never. */
    Silence(EventExecutor loop, Duration limit, Runnable notice) {
        this.loop = loop;
        this.notice = notice;
        limitNanos = limit.toNanos();
        if (limitNanos > 0) {
            arm(limitNanos);
        }
    }

    /** Something happened. */
    void broken() {
        lastNanos = System.nanoTime();
    }

    /** It no longer matters. */
    void stop() {
        Future<?> running = task;
        if (running != null) {
            running.cancel(false);
            task = null;
        }
    }

    private void arm(long nanos) {
        task = loop.schedule(this::check, nanos, TimeUnit.NANOSECONDS);
    }

    private void check() {
        long left = limitNanos - (System.nanoTime() - lastNanos);
        if (left > 0) {
            arm(left);
            return;
        }
        task = null;
        notice.run();
    }
}
