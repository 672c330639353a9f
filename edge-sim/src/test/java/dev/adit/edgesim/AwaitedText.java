package dev.adit.edgesim;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What a command prints, for tests that wait until it has printed something. */
public final class AwaitedText extends Writer {
    private static final long LIMIT_SECONDS = 45;

    private final ReentrantLock guard = new ReentrantLock();
    private final Condition grown = guard.newCondition();
    private final StringBuilder text = new StringBuilder();

    /** A writer into this. */
    public PrintWriter writer() {
        return new PrintWriter(this, true);
    }

    /** Waits for {@code wanted}; gives all that was printed so far. */
    public String await(String wanted) throws InterruptedException {
        guard.lock();
        try {
            long left = TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
            while (text.indexOf(wanted) < 0) {
                if (left <= 0) {
                    throw new AssertionError("'" + wanted + "' was not printed, but:\n" + text);
                }
                left = grown.awaitNanos(left);
            }
            return text.toString();
        } finally {
            guard.unlock();
        }
    }

    @Override
    public void write(char[] chars, int offset, int length) {
        guard.lock();
        try {
            text.append(chars, offset, length);
            grown.signalAll();
        } finally {
            guard.unlock();
        }
    }

    @Override
    public String toString() {
        guard.lock();
        try {
            return text.toString();
        } finally {
            guard.unlock();
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
