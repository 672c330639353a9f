package dev.adit.e2e;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * One request as an origin got it. For any thread.
 *
 * @param lines the request line and the fields
 * @param events what came after the head: {@code length READ/ANNOUNCED}, {@code chunk TEXT}, {@code trailer FIELD}, {@code
 *     end} of the chunks, {@code gone} when the connection ended
 * @param gate where the origin pauses in its answer
 */
record OriginExchange(List<String> lines, BlockingQueue<String> events, Semaphore gate) {
    private static final long LIMIT_SECONDS = 10;

    OriginExchange(List<String> lines) {
        this(List.copyOf(lines), new LinkedBlockingQueue<>(), new Semaphore(0));
    }

    String method() {
        return lines.get(0).split(" ", -1)[0];
    }

    String path() {
        return lines.get(0).split(" ", -1)[1];
    }

    /** The value of the field called {@code name}, or an empty text. */
    String field(String name) {
        String start = name + ": ";
        return lines.stream()
                .filter(line -> line.regionMatches(true, 0, start, 0, start.length()))
                .map(line -> line.substring(start.length()))
                .findFirst()
                .orElse("");
    }

    /** Lets the origin go on after its next pause. */
    void proceed() {
        gate.release();
    }

    /** Waits for {@link #proceed}. */
    void pause() throws InterruptedException {
        if (!gate.tryAcquire(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("nobody let the origin go on with " + lines.get(0));
        }
    }

    /** The next event. */
    String nextEvent() throws InterruptedException {
        String event = events.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (event == null) {
            throw new IllegalStateException("the origin got nothing more of " + lines.get(0));
        }
        return event;
    }
}
