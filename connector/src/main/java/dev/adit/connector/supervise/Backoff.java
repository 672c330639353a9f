package dev.adit.connector.supervise;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Waits between tries: up to 2, 4, 8, 16, then 32 s, each drawn evenly from zero up, so that connectors don't come in step. */
final class Backoff {
    /** cloudflared's {@code --retries}: a cap on the exponent, never on the number of tries. */
    private static final int MAX_EXPONENT = 5;

    private final RandomGenerator random;
    private int failures;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** Tries that failed since the last {@link #reset()}. */
    int failures() {
        return failures;
    }

    /** The longest that {@link #next()} can give. */
    Duration bound() {
        return Duration.ofSeconds(1L << Math.min(failures + 1, MAX_EXPONENT));
    }

    /** Counts a failed try and gives the time to wait before the next one. */
    Duration next() {
        Duration bound = bound();
        failures++;
        return Duration.ofMillis(random.nextLong(bound.toMillis()));
    }

    /** A try went well. */
    void reset() {
        failures = 0;
    }
}
