package dev.adit.edgesim.tunnel;

import java.time.Duration;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** How long a ping takes to the connector and back. Confined to the event loop. */
final class RoundTrip {
    private final LongConsumer ping;
    private long sentNanos;
    private long payload;
    private boolean underWay;
    private @Nullable Duration last;

    /** {@code ping} sends one with the payload it is given. */
    RoundTrip(LongConsumer ping) {
        this.ping = ping;
    }

    /** Sends a ping, unless the last one is still under way. */
    void measure() {
        if (!underWay) {
            underWay = true;
            sentNanos = System.nanoTime();
            ping.accept(++payload);
        }
    }

    /** An answer came. */
    void answered(long answer) {
        if (underWay && answer == payload) {
            underWay = false;
            last = Duration.ofNanos(System.nanoTime() - sentNanos);
        }
    }

    /** What the last answered ping took. */
    @Nullable
    Duration last() {
        return last;
    }
}
