package dev.adit.connector.supervise;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a supervisor tries again, and when it gives up.
 *
 * @param stable how long a connection must have been registered for its end to be no failure; 5 s: an edge that cuts sooner
 *     is not dialed again at once
 * @param doublings the back-off goes up to 2 to the power of this in seconds, 0 to 10; 5, cloudflared's {@code --retries}
 * @param refused half of the longest wait after the first refusal that trying again hardly mends; doubles up to {@code mostRefused}
 * @param mostRefused the longest wait after such refusals, and for what edges ask for; 5 min
 * @param exitAfter time without any registered connection after which the supervisor gives up; null for never
 */
public record RetryTimes(
        Duration stable,
        int doublings,
        Duration refused,
        Duration mostRefused,
        @Nullable Duration exitAfter) {
    /** The longest wait is up to 1024 s then. */
    public static final int MAX_DOUBLINGS = 10;

    public static final RetryTimes DEFAULT =
            new RetryTimes(Duration.ofSeconds(5), 5, Duration.ofSeconds(7), Duration.ofMinutes(5), null);

    public RetryTimes {
        if (doublings < 0 || doublings > MAX_DOUBLINGS) {
            throw new IllegalArgumentException("--retries must be 0 to " + MAX_DOUBLINGS + ", was " + doublings);
        }
        if (exitAfter != null && (exitAfter.isZero() || exitAfter.isNegative())) {
            throw new IllegalArgumentException("--exit-after must be above 0s, was " + exitAfter.toSeconds() + "s");
        }
    }

    /** The same, but giving up after {@code limit}, or never if that is null. */
    public RetryTimes withExitAfter(@Nullable Duration limit) {
        return new RetryTimes(stable, doublings, refused, mostRefused, limit);
    }

    /** The same with a back-off of up to 2 to the power of {@code limit} seconds. */
    public RetryTimes withDoublings(int limit) {
        return new RetryTimes(stable, limit, refused, mostRefused, exitAfter);
    }
}
