package dev.adit.connector.logging;

import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AsyncAppenderBase;
import ch.qos.logback.core.Context;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Hands lines to a thread of its own, so that a slow disk or terminal holds no event loop up. What does not fit is dropped
 * and counted; the last part of the queue is for warnings and errors. For any thread; {@link #stop} blocks for 2 s at most.
 */
final class LineQueue extends AsyncAppenderBase<LogLine> {
    /** Lines that wait at most; with what a line may have, some MiB in the worst case. */
    private static final int CAPACITY = 1024;

    private static final int RESERVED = 256;
    private static final int STOP_MILLIS = 2000;

    private final AtomicInteger waiting = new AtomicInteger();
    private final LongAdder dropped = new LongAdder();

    /** Passes lines on to {@code targets} on its thread, and stops them when it is stopped. */
    LineQueue(Context context, List<Appender<LogLine>> targets) {
        setContext(context);
        setName("adit-log");
        setQueueSize(CAPACITY);
        // The queue itself has room for all that is taken: what it discards it does not count.
        setDiscardingThreshold(0);
        setNeverBlock(true);
        setMaxFlushTime(STOP_MILLIS);
        Delivery delivery = new Delivery(targets);
        delivery.setContext(context);
        delivery.start();
        addAppender(delivery);
        start();
    }

    @Override
    protected void append(LogLine line) {
        int most = line.level().reaches(LogLevel.WARN) ? CAPACITY : CAPACITY - RESERVED;
        if (waiting.incrementAndGet() > most) {
            waiting.decrementAndGet();
            dropped.increment();
        } else {
            super.append(line);
        }
    }

    /** Lines that nobody will see. */
    long dropped() {
        return dropped.sum();
    }

    /** The other end. Confined to the thread of the queue. */
    private final class Delivery extends UnsynchronizedAppenderBase<LogLine> {
        private final List<Appender<LogLine>> targets;
        private long told;

        Delivery(List<Appender<LogLine>> targets) {
            this.targets = List.copyOf(targets);
        }

        @Override
        protected void append(LogLine line) {
            tellDropped();
            targets.forEach(target -> target.doAppend(line));
            waiting.decrementAndGet();
        }

        @Override
        public void stop() {
            tellDropped();
            targets.forEach(Appender::stop);
            super.stop();
        }

        private void tellDropped() {
            long now = dropped.sum();
            if (now > told) {
                LogLine line = new LogLine(
                        Clock.systemUTC().millis() / 1000,
                        LogLevel.WARN,
                        "Log lines were dropped: more came than could be written",
                        List.of(new LogField("count", now - told)),
                        null);
                told = now;
                targets.forEach(target -> target.doAppend(line));
            }
        }
    }
}
