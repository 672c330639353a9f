package dev.adit.edgesim.tunnel;

import dev.adit.edgesim.h2.Http2ClientConnection;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Measures how far away a connector is: a PING every few seconds. Confined to the event loop of its channel. */
final class RoundTrip {
    // Often enough to watch, too seldom to matter.
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Channel channel;
    private final Http2ClientConnection connection;
    private volatile @Nullable Duration last;
    private @Nullable Future<?> ticks;
    private long number;
    private long sentNanos;
    private boolean unanswered;

    RoundTrip(Channel channel, Http2ClientConnection connection) {
        this.channel = channel;
        this.connection = connection;
    }

    /** Begins with a PING at once, and goes on until {@link #stop}. */
    void start() {
        ticks = channel.eventLoop().scheduleWithFixedDelay(this::ping, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    void stop() {
        Future<?> running = ticks;
        if (running != null) {
            running.cancel(false);
        }
    }

    /** Sends a PING, unless one is on its way: the answer would be that of the older one. */
    void ping() {
        if (!unanswered && channel.isActive()) {
            unanswered = true;
            number++;
            sentNanos = System.nanoTime();
            connection.ping(number);
        }
    }

    /** The answer to the PING with {@code data} is here. */
    void pong(long data) {
        if (unanswered && data == number) {
            unanswered = false;
            last = Duration.ofNanos(System.nanoTime() - sentNanos);
        }
    }

    /** What was measured last; null before the first answer. From any thread. */
    @Nullable
    Duration last() {
        return last;
    }
}
