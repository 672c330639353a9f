package dev.adit.connector.supervise;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a supervisor tries again, beside its back-off, and when it gives up.
 *
 * @param stable how long a connection must have been registered for its end to be no failure; 30 s, about the longest wait
 * @param refused half of the longest wait after the first refusal that trying again hardly mends; doubles up to {@code mostRefused}
 * @param mostRefused the longest wait after such refusals, and for what edges ask for; 5 min
 * @param exitAfter time without any registered connection after which the supervisor gives up; null for never
 */
public record RetryTimes(
        Duration stable,
        Duration refused,
        Duration mostRefused,
        @Nullable Duration exitAfter) {
    public static final RetryTimes DEFAULT =
            new RetryTimes(Duration.ofSeconds(30), Duration.ofSeconds(7), Duration.ofMinutes(5), null);

    public RetryTimes {
        if (exitAfter != null && (exitAfter.isZero() || exitAfter.isNegative())) {
            throw new IllegalArgumentException("--exit-after must be above 0s, was " + exitAfter.toSeconds() + "s");
        }
    }

    /** The same, but giving up after {@code limit}, or never if that is null. */
    public RetryTimes withExitAfter(@Nullable Duration limit) {
        return new RetryTimes(stable, refused, mostRefused, limit);
    }
}
