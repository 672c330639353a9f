package dev.adit.connector.metrics;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One number for each constant of an enum. One thread changes them, at the cost of a plain write, and any thread reads them
 * a moment later.
 */
final class Tallies<E extends Enum<E>> {
    private final Map<E, AtomicLong> numbers;

    Tallies(Class<E> type) {
        numbers = new EnumMap<>(type);
        for (E constant : type.getEnumConstants()) {
            numbers.put(constant, new AtomicLong());
        }
    }

    /** Only for the one thread. */
    void add(E which, long amount) {
        AtomicLong number = number(which);
        number.setOpaque(number.getPlain() + amount);
    }

    /** Only for the one thread. */
    void set(E which, long value) {
        number(which).setOpaque(value);
    }

    long get(E which) {
        return number(which).getOpaque();
    }

    private AtomicLong number(E which) {
        return Objects.requireNonNull(numbers.get(which));
    }
}
