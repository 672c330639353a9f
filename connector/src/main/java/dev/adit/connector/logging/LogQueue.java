package dev.adit.connector.logging;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Hands lines to a thread of its own, so that a slow disk or terminal holds no event loop up. What does not fit is dropped
 * and counted; the last part of the queue is for warnings and errors. Callable from any thread.
 */
final class LogQueue implements LineOutput {
    /** Lines that wait at most; with what a line may have, some MiB in the worst case. */
    private static final int CAPACITY = 1024;

    private static final int RESERVED = 256;
    private static final long CLOSE_SECONDS = 2;

    private final List<LineOutput> targets;
    private final LongAdder dropped = new LongAdder();
    private final AtomicLong told = new AtomicLong();
    private final ThreadPoolExecutor writer;

    /** Passes lines on to {@code targets} on its thread. */
    LogQueue(List<LineOutput> targets) {
        this.targets = List.copyOf(targets);
        writer = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(CAPACITY),
                task -> {
                    Thread thread = new Thread(task, "adit-log");
                    thread.setDaemon(true);
                    return thread;
                },
                (task, executor) -> dropped.increment());
    }

    @Override
    public void write(LogLine line) {
        if (!line.level().reaches(LogLevel.WARN) && writer.getQueue().remainingCapacity() <= RESERVED) {
            dropped.increment();
        } else {
            writer.execute(() -> deliver(line));
        }
    }

    /** Runs {@code task} on the thread of the queue, after the lines that are in it. */
    void execute(Runnable task) {
        writer.execute(task);
    }

    /** Lines that nobody will see. */
    long dropped() {
        return dropped.sum();
    }

    /** Takes no more lines; returns when those in it are written, or after 2 s. Whether they are. */
    boolean close() {
        writer.shutdown();
        try {
            if (!writer.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                return false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        tellDropped();
        return true;
    }

    private void deliver(LogLine line) {
        tellDropped();
        targets.forEach(target -> target.write(line));
    }

    private void tellDropped() {
        long now = dropped.sum();
        long before = told.getAndSet(now);
        if (now > before) {
            LogLine line = new LogLine(
                    Clock.systemUTC().millis() / 1000,
                    LogLevel.WARN,
                    "Log lines were dropped: more came than could be written",
                    List.of(new LogField("count", now - before)),
                    null);
            targets.forEach(target -> target.write(line));
        }
    }
}
