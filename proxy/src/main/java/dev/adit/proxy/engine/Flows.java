package dev.adit.proxy.engine;

import dev.adit.proxy.route.FlowLimits;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Counts the streams of TCP bytes of the whole process. Safe for use by many threads. */
public final class Flows {
    private final Supplier<FlowLimits> limits;
    private final AtomicInteger active = new AtomicInteger();

    /** Reads {@code limits} for each new stream. */
    public Flows(Supplier<FlowLimits> limits) {
        this.limits = limits;
    }

    /** The limits in force. */
    FlowLimits limits() {
        return limits.get();
    }

    /** Takes a place if one is free; {@link #end} gives it back. */
    boolean begin() {
        int most = limits.get().maxActive();
        int now = active.incrementAndGet();
        if (most > 0 && now > most) {
            active.decrementAndGet();
            return false;
        }
        return true;
    }

    void end() {
        active.decrementAndGet();
    }
}
