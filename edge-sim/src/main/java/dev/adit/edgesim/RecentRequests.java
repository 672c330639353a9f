package dev.adit.edgesim;

import dev.adit.edgesim.eyeball.PublicRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The public requests that ended last. Added to on the event loop only; read from any thread. */
final class RecentRequests {
    // As many as a test may want to look at; a few megabytes at the most.
    static final int MAX_UNTAKEN = 1_000;
    static final int MAX_LAST = 20;

    private final BlockingQueue<PublicRequest> untaken = new ArrayBlockingQueue<>(MAX_UNTAKEN);
    private final Deque<PublicRequest> recent = new ArrayDeque<>(MAX_LAST);
    private volatile List<PublicRequest> last = List.of();
    private volatile long dropped;
    private long droppedSoFar;

    void add(PublicRequest request) {
        while (!untaken.offer(request)) {
            if (untaken.poll() != null) {
                droppedSoFar++;
                dropped = droppedSoFar;
            }
        }
        if (recent.size() == MAX_LAST) {
            recent.remove();
        }
        recent.add(request);
        last = List.copyOf(recent);
    }

    PublicRequest take(Duration limit) throws InterruptedException, TimeoutException {
        PublicRequest request = untaken.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
        if (request == null) {
            throw new TimeoutException("no public request ended within " + limit.toMillis() + " ms");
        }
        return request;
    }

    long dropped() {
        return dropped;
    }

    List<PublicRequest> last() {
        return last;
    }
}
