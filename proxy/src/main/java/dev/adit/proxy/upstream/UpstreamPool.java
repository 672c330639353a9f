package dev.adit.proxy.upstream;

import dev.adit.proxy.http.Failure;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Idle connections to one origin, for the exchanges of one event loop; the one used last is taken first. */
final class UpstreamPool implements OriginPool {
    private record Idle(Http1Connection connection, long sinceNanos) {}

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

    @Override
    public void acquire(UpstreamListener listener) {
        assert loop.inEventLoop();
        for (Idle next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
            dialer.observer().idleNoMore();
            if (next.connection.channel().isActive()) {
                dialer.observer().reused();
                next.connection.use(listener, true);
                return;
            }
        }
        dial(listener);
    }

    @Override
    public void dial(UpstreamListener listener) {
        dial(address -> true, listener);
    }

    /** As above, at one of the addresses that are {@code allowed}. */
    void dial(Predicate<InetSocketAddress> allowed, UpstreamListener listener) {
        dialer.dial(key, this, allowed, new Dialed() {
            @Override
            public void http1(Http1Connection connection) {
                connection.use(listener, false);
            }

            @Override
            public void http2(Http2Session session) {
                session.open(listener);
            }

            @Override
            public void failed(Failure failure) {
                listener.upstreamFailed(failure);
            }
        });
    }

    /** Keeps {@code connection} for the next exchange, or closes it if there are enough. */
    void put(Http1Connection connection) {
        if (!connection.channel().isActive() || idle.size() >= key.options().keepAliveConnections()) {
            connection.close();
            return;
        }
        idle.addFirst(new Idle(connection, System.nanoTime()));
        dialer.observer().idle();
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
            dialer.observer().idleNoMore();
            oldest.connection.close();
        }
        whenEmpty.run();
    }
}
