package dev.adit.connector.supervise;

import java.util.random.RandomGenerator;

/** Random numbers that are none. */
final class Draws {
    /** Draws the greatest number each time. */
    static final RandomGenerator LONGEST = new RandomGenerator() {
        @Override
        public long nextLong() {
            throw new UnsupportedOperationException("only bounded numbers are drawn");
        }

        @Override
        public long nextLong(long bound) {
            return bound - 1;
        }
    };

    private Draws() {}
}
