package dev.adit.proxy.testing;

import dev.adit.proxy.upstream.OriginObserver;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the exchanges that wait for a connection. Any thread may read it. */
public final class WaitingTally implements OriginObserver {
    private final AtomicInteger now = new AtomicInteger();

    @Override
    public void waits() {
        now.incrementAndGet();
    }

    @Override
    public void waitsNoMore() {
        now.decrementAndGet();
    }

    /** How many wait. */
    public int now() {
        return now.get();
    }
}
