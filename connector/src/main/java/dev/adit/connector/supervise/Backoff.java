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

    /** The longest wait after {@code failures} earlier ones. */
    static Duration bound(int failures) {
        return Duration.ofSeconds(1L << Math.min(failures + 1, MAX_EXPONENT));
    }

    /** Tries that failed since the last {@link #reset()}. */
    int failures() {
        return failures;
    }

    /** Counts a failed try and gives the time to wait before the next one, as if at least {@code others} had failed before. */
    Duration next(int others) {
        Duration bound = bound(Math.max(failures, others));
        failures++;
        return Duration.ofMillis(random.nextLong(bound.toMillis()));
    }

    /** Things have gone well for a while. */
    void reset() {
        failures = 0;
    }
}
