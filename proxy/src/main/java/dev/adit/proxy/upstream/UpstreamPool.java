package dev.adit.proxy.upstream;

import dev.adit.proxy.http.Failure;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The connections to one origin, for the exchanges of one event loop: the idle one that was used last is taken first, and
 * who finds neither that nor room for a new one waits.
 */
final class UpstreamPool implements OriginPool {
    private record Idle(Http1Connection connection, long sinceNanos) {}

    private final UpstreamKey key;
    private final Dialer dialer;
    private final EventLoop loop;
    private final Runnable whenEmpty;
    private final ArrayDeque<Idle> idle = new ArrayDeque<>();
    private final WaitingLine waiting;
    private final int most;
    private int open;
    private boolean sweepScheduled;

    UpstreamPool(UpstreamKey key, Dialer dialer, EventLoop loop, Runnable whenEmpty) {
        this.key = key;
        this.dialer = dialer;
        this.loop = loop;
        this.whenEmpty = whenEmpty;
        waiting = new WaitingLine(loop, key.options().connectTimeout(), dialer.observer());
        int limit = key.options().maxConnections();
        most = limit == 0 ? Integer.MAX_VALUE : limit;
    }

    @Override
    public void acquire(UpstreamListener listener) {
        assert loop.inEventLoop();
        if (!waiting.isEmpty() || !take(listener)) {
            waiting.add(listener);
        }
    }

    /** Serves {@code listener} at once, if there is an idle connection or room for a new one. */
    private boolean take(UpstreamListener listener) {
        for (Idle next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
            dialer.observer().idleNoMore();
            if (next.connection.channel().isActive()) {
                dialer.observer().reused();
                next.connection.use(listener, true);
                return true;
            }
        }
        if (open >= most) {
            return false;
        }
        dial(address -> true, listener);
        return true;
    }

    @Override
    public void dial(UpstreamListener listener) {
        if (open < most) {
            dial(address -> true, listener);
        } else {
            waiting.add(listener);
        }
    }

    /** Dials one of the addresses that are {@code allowed}, whatever the number of connections. */
    void dial(Predicate<InetSocketAddress> allowed, UpstreamListener listener) {
        open++;
        dialer.dial(key, this, allowed, new Dialed() {
            @Override
            public void http1(Http1Connection connection) {
                countUntilClosed(connection);
                connection.use(listener, false);
            }

            @Override
            public void http2(Http2Session session) {
                closed();
                session.open(listener);
            }

            @Override
            public void failed(Failure failure) {
                closed();
                listener.upstreamFailed(failure);
            }
        });
    }

    /** Counts {@code connection}, which somebody else has dialed. */
    void adopt(Http1Connection connection) {
        open++;
        countUntilClosed(connection);
    }

    private void countUntilClosed(Http1Connection connection) {
        connection.channel().closeFuture().addListener(end -> closed());
    }

    private void closed() {
        open--;
        serveNextSoon();
        leaveIfUnused();
    }

    /** Not at once: whoever frees a connection may be in the middle of something. */
    private void serveNextSoon() {
        if (!waiting.isEmpty()) {
            loop.execute(this::serveNext);
        }
    }

    private void serveNext() {
        idle.removeIf(this::isClosed);
        if (open < most || !idle.isEmpty()) {
            UpstreamListener next = waiting.poll();
            if (next != null) {
                take(next);
            }
        }
        leaveIfUnused();
    }

    private boolean isClosed(Idle each) {
        boolean closed = !each.connection.channel().isActive();
        if (closed) {
            dialer.observer().idleNoMore();
        }
        return closed;
    }

    private void leaveIfUnused() {
        if (open == 0 && idle.isEmpty() && waiting.isEmpty()) {
            whenEmpty.run();
        }
    }

    /** Keeps {@code connection} for the next exchange, or closes it if there are enough. */
    void put(Http1Connection connection) {
        if (!connection.channel().isActive() || idle.size() >= key.options().keepAliveConnections()) {
            connection.close();
            return;
        }
        idle.addFirst(new Idle(connection, System.nanoTime()));
        dialer.observer().idle();
        serveNextSoon();
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
        leaveIfUnused();
    }
}
