package dev.adit.connector.supervise;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Waits between tries: up to 2, 4, 8, 16, then 32 s, each drawn evenly from zero up, so that connectors don't come in step. */
final class Backoff {
    private final RandomGenerator random;
    private final int doublings;
    private int failures;

    /** The longest wait is up to 2 to the power of {@code doublings} seconds. */
    Backoff(RandomGenerator random, int doublings) {
        this.random = random;
        this.doublings = doublings;
    }

    /** The longest wait after {@code earlier} failures. */
    Duration bound(int earlier) {
        return Duration.ofSeconds(1L << Math.min(earlier + 1, doublings));
    }

    /** Tries that failed since the last {@link #reset()}. */
    int failures() {
        return failures;
    }

    /** Counts a failed try and gives the time to wait before the next one, as if at least {@code others} had failed before. */
    Duration next(int others) {
        Duration wait = draw(Math.max(failures, others));
        failures++;
        return wait;
    }

    /** A wait after {@code earlier} failures, which is not counted. */
    Duration draw(int earlier) {
        return Duration.ofMillis(random.nextLong(bound(earlier).toMillis()));
    }

    /** Things have gone well for a while. */
    void reset() {
        failures = 0;
    }
}
