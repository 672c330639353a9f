package dev.adit.proxy.upstream;

import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.Failure.Kind;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The exchanges of one event loop that wait for a connection to one origin. Confined to that loop. */
final class WaitingLine {
    /** Ours: who stands behind so many would rather be told at once. */
    private static final int LONGEST = 1024;

    private record Waiting(UpstreamListener listener, long sinceNanos) {}

    private final EventLoop loop;
    private final Duration limit;
    private final OriginObserver observer;
    private final ArrayDeque<Waiting> line = new ArrayDeque<>(0);
    private boolean checkScheduled;

    /** Lets nobody wait for longer than {@code limit}, and tells {@code observer} of all who do. */
    WaitingLine(EventLoop loop, Duration limit, OriginObserver observer) {
        this.loop = loop;
        this.limit = limit;
        this.observer = observer;
    }

    boolean isEmpty() {
        return line.isEmpty();
    }

    /** Lets {@code listener} wait, or tells it that there are too many who do. */
    void add(UpstreamListener listener) {
        if (line.size() >= LONGEST) {
            line.removeIf(this::hasGone);
        }
        if (line.size() >= LONGEST) {
            listener.upstreamFailed(
                    new Failure(Kind.OVERLOAD, LONGEST + " requests wait for a connection to the origin already"));
            return;
        }
        line.add(new Waiting(listener, System.nanoTime()));
        observer.waits();
        if (!checkScheduled) {
            schedule(limit.toNanos());
        }
    }

    /** Takes the first who still wants a connection; null if there is nobody. */
    @Nullable
    UpstreamListener poll() {
        for (Waiting next = line.poll(); next != null; next = line.poll()) {
            observer.waitsNoMore();
            if (next.listener.wantsConnection()) {
                return next.listener;
            }
        }
        return null;
    }

    private boolean hasGone(Waiting waiting) {
        if (waiting.listener.wantsConnection()) {
            return false;
        }
        observer.waitsNoMore();
        return true;
    }

    private void schedule(long inNanos) {
        checkScheduled = true;
        loop.schedule(this::check, inNanos, TimeUnit.NANOSECONDS);
    }

    private void check() {
        checkScheduled = false;
        long now = System.nanoTime();
        for (Waiting first = line.peek(); first != null; first = line.peek()) {
            long leftNanos = limit.toNanos() - (now - first.sinceNanos);
            if (leftNanos > 0) {
                schedule(leftNanos);
                return;
            }
            line.remove();
            observer.waitsNoMore();
            if (first.listener.wantsConnection()) {
                first.listener.upstreamFailed(
                        new Failure(Kind.OVERLOAD, "no connection to the origin became free within " + limit));
            }
        }
    }
}
