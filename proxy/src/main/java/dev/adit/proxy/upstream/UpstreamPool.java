package dev.adit.proxy.upstream;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/** Idle connections to one origin, for the exchanges of one event loop; the one used last is taken first. */
final class UpstreamPool {
    private record Idle(UpstreamConnection connection, long sinceNanos) {}

    private final UpstreamKey key;
    private final Dialer dialer;
    private final EventLoop loop;
    private final Runnable whenEmpty;
    private final ArrayDeque<Idle> idle = new ArrayDeque<>();
    private boolean sweepScheduled;

    UpstreamPool(UpstreamKey key, Dialer dialer, EventLoop loop, Runnable whenEmpty) {
        this.key = key;
        this.dialer = dialer;
        this.loop = loop;
        this.whenEmpty = whenEmpty;
    }

    /** Gives {@code listener} an idle connection at once, or a new one once it is up. */
    void acquire(UpstreamListener listener) {
        assert loop.inEventLoop();
        for (Idle next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
            if (next.connection.channel().isActive()) {
                next.connection.use(listener, true);
                return;
            }
        }
        dial(listener);
    }

    /** Gives {@code listener} a connection that nobody used before. */
    void dial(UpstreamListener listener) {
        dialer.dial(key, this, listener);
    }

    /** Keeps {@code connection} for the next exchange, or closes it if there are enough. */
    void put(UpstreamConnection connection) {
        if (!connection.channel().isActive() || idle.size() >= key.options().keepAliveConnections()) {
            connection.close();
            return;
        }
        idle.addFirst(new Idle(connection, System.nanoTime()));
        if (!sweepScheduled) {
            schedule(key.options().keepAliveTimeout().toNanos());
        }
    }

    private void schedule(long inNanos) {
        sweepScheduled = true;
        loop.schedule(this::sweep, inNanos, TimeUnit.NANOSECONDS);
    }

    /** Closes what was idle for too long; one task for the pool rather than one for each connection. */
    private void sweep() {
        sweepScheduled = false;
        long now = System.nanoTime();
        long limit = key.options().keepAliveTimeout().toNanos();
        Iterator<Idle> oldestFirst = idle.descendingIterator();
        while (oldestFirst.hasNext()) {
            Idle oldest = oldestFirst.next();
            boolean active = oldest.connection.channel().isActive();
            if (active && now - oldest.sinceNanos < limit) {
                schedule(limit - (now - oldest.sinceNanos));
                return;
            }
            oldestFirst.remove();
            oldest.connection.close();
        }
        whenEmpty.run();
    }
}
