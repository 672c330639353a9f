package dev.adit.e2e.programs;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What a test class has started; closed in reverse order, also if the class could start only a part of it. */
final class Running implements AutoCloseable {
    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    /** Remembers {@code one}, which is returned. */
    <T extends AutoCloseable> T add(T one) {
        started.push(one);
        return one;
    }

    @Override
    public void close() {
        List<Exception> failures = new ArrayList<>();
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw new AssertionError("not closed: " + failures, failures.get(0));
        }
    }
}
