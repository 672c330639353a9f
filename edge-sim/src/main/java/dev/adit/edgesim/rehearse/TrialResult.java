package dev.adit.edgesim.rehearse;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row of the table, and what its chart needs.
 *
 * @param trial what was rehearsed
 * @param counts requests by what became of them
 * @param cuts how often the event stream or the WebSocket broke off
 * @param times when things happened
 * @param seconds requests of each second
 * @param connections when the number of connections changed
 */
record TrialResult(
        Trial trial, Counts counts, int cuts, Times times, List<Counts> seconds, List<Recording.Step> connections) {
    TrialResult {
        seconds = List.copyOf(seconds);
        connections = List.copyOf(connections);
    }

    static TrialResult of(Trial trial, Recording recording, Times times) {
        return new TrialResult(
                trial,
                Counts.of(recording.whole()),
                recording.cuts(),
                times,
                recording.seconds().stream().map(Counts::of).toList(),
                recording.steps());
    }

    /** Whether the service became whole by itself and nothing wrong was ever served. */
    boolean isGood() {
        return times.recovered() != null && counts.wrong() == 0;
    }

    /** From the fault until the connector gave a connection up or dialed again; null if not while the fault lasted. */
    @Nullable
    Duration timeToDetect() {
        Duration detected = times.detected();
        return detected == null || detected.compareTo(times.healed()) > 0 ? null : detected.minus(times.fault());
    }

    /** From the end of the fault until the service was whole; null if it never was. */
    @Nullable
    Duration timeToRecover() {
        Duration recovered = times.recovered();
        if (recovered == null) {
            return null;
        }
        Duration time = recovered.minus(times.healed());
        return time.isNegative() ? Duration.ZERO : time;
    }

    /**
     * Requests by what became of them.
     *
     * @param inTime right answers in time
     * @param late right answers that came late
     * @param lost no answer, though the edge had a connection
     * @param down refused by the edge for want of a connection
     * @param wrong answered with the wrong status or content
     * @param unanswered of the lost: no complete answer within the limit
     * @param failed of the lost: 502, 503 or 504
     * @param broken of the lost: broken off
     */
    record Counts(int inTime, int late, int lost, int down, int wrong, int unanswered, int failed, int broken) {
        static Counts of(Tally tally) {
            return new Counts(
                    tally.inTime(),
                    tally.late(),
                    tally.lost(),
                    tally.count(Outcome.DOWN),
                    tally.count(Outcome.WRONG),
                    tally.count(Outcome.UNANSWERED),
                    tally.count(Outcome.FAILED),
                    tally.count(Outcome.BROKEN));
        }

        int sent() {
            return inTime + late + lost + down + wrong;
        }
    }

    /**
     * When things happened, from the beginning of the recording.
     *
     * @param fault when the fault began
     * @param healed when it ended; {@code fault} for one that happens at once
     * @param detected when the connector gave a connection up or dialed again; null if it did not
     * @param recovered when the service was whole again; null if it was not in time
     */
    record Times(
            Duration fault,
            Duration healed,
            @Nullable Duration detected,
            @Nullable Duration recovered) {}
}
