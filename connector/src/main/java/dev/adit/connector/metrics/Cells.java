package dev.adit.connector.metrics;

import java.util.concurrent.atomic.AtomicLongArray;

/** Numbers that one thread changes, at the cost of a plain write, and any thread reads a moment later. */
final class Cells {
    private final AtomicLongArray cells;

    Cells(int count) {
        cells = new AtomicLongArray(count);
    }

    /** Only for the one thread. */
    void add(int cell, long amount) {
        cells.setOpaque(cell, cells.getPlain(cell) + amount);
    }

    /** Only for the one thread. */
    void set(int cell, long value) {
        cells.setOpaque(cell, value);
    }

    long get(int cell) {
        return cells.getOpaque(cell);
    }
}
