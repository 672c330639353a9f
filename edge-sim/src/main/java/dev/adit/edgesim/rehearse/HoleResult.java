package dev.adit.edgesim.rehearse;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What became of one hole.
 *
 * @param hole which one
 * @param detected time until the connector had given all connections up; null if it did not in time
 * @param back time from the healing until requests were answered again, right and in time; null if they never were
 * @param whole time from the healing until all connections were registered again; null if they never were
 */
record HoleResult(
        Hole hole,
        @Nullable Duration detected,
        @Nullable Duration back,
        @Nullable Duration whole) {
    /** The longest time until requests are answered again. */
    static final Duration BACK = Duration.ofSeconds(3);

    /** Whether it was found as soon as is promised. */
    boolean foundInTime() {
        Duration time = detected;
        return time != null && time.compareTo(hole.quiet().promise()) <= 0;
    }

    /** Whether the service was back as soon as is promised. */
    boolean backInTime() {
        Duration time = back;
        return time != null && time.compareTo(BACK) <= 0;
    }
}
