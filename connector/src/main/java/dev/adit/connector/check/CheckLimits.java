package dev.adit.connector.check;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * How long a look at the surroundings may take.
 *
 * @param attempt one try of a dial
 * @param pauses before each further try
 * @param all everything together
 */
record CheckLimits(Duration attempt, List<Duration> pauses, Duration all) {
    /** cloudflared's. */
    static final CheckLimits DEFAULT = new CheckLimits(
            Duration.ofSeconds(5), List.of(Duration.ofSeconds(1), Duration.ofSeconds(2)), Duration.ofSeconds(10));

    CheckLimits {
        pauses = List.copyOf(pauses);
    }

    /** The limit of everything, such as {@code 10s}. */
    String text() {
        return all.toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
