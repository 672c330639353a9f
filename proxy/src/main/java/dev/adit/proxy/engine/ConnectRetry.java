package dev.adit.proxy.engine;

import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.Failure.Kind;
import dev.adit.proxy.http.ResponseHead;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tries a refused connection again for a while: an origin that is being restarted is back in a moment. Confined to the
 * event loop of its exchange.
 */
final class ConnectRetry {
    private static final long FIRST_MILLIS = 50;
    private static final long LONGEST_MILLIS = 500;
    private static final int RETRY_AFTER_SECONDS = 5;

    private final EventLoop loop;
    private final Duration limit;
    private long startNanos;
    private long delayMillis;
    private @Nullable ScheduledFuture<?> next;

    ConnectRetry(EventLoop loop, Duration limit) {
        this.loop = loop;
        this.limit = limit;
    }

    /** Runs {@code dial} in a moment if {@code failure} is worth it and there is time left; else returns false. */
    boolean again(Failure failure, Runnable dial) {
        if (failure.kind() != Kind.REFUSED || limit.isZero()) {
            return false;
        }
        long now = System.nanoTime();
        if (delayMillis == 0) {
            startNanos = now;
            delayMillis = FIRST_MILLIS;
        } else if (now - startNanos >= limit.toNanos()) {
            return false;
        }
        long leftMillis = TimeUnit.NANOSECONDS.toMillis(limit.toNanos() - (now - startNanos));
        next = loop.schedule(dial, Math.min(delayMillis, leftMillis) + 1, TimeUnit.MILLISECONDS);
        delayMillis = Math.min(LONGEST_MILLIS, delayMillis * 2);
        return true;
    }

    /** {@code failure}, or that the origin is not up if it was tried again and again. */
    Failure lastOf(Failure failure) {
        return failure.kind() == Kind.REFUSED && delayMillis > 0
                ? new Failure(Kind.NOT_UP, "refused for " + limit + ": " + failure.detail())
                : failure;
    }

    /** The answer that tells an eyeball to come again; null if {@code failure} is not {@link Kind#NOT_UP}. */
    static @Nullable ResponseHead answer(Failure failure) {
        if (failure.kind() != Kind.NOT_UP) {
            return null;
        }
        return new ResponseHead(
                failure.kind().status(),
                new DefaultHttpHeaders()
                        .set(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS)
                        .set(HttpHeaderNames.CONTENT_LENGTH, "0"),
                false);
    }

    void cancel() {
        ScheduledFuture<?> waiting = next;
        if (waiting != null) {
            waiting.cancel(false);
            next = null;
        }
    }
}
