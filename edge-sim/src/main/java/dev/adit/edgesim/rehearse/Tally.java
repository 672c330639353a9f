package dev.adit.edgesim.rehearse;

import java.util.EnumMap;
import java.util.Map;

/** Counts outcomes. Confined to one thread. */
final class Tally {
    private final Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
    private int late;

    /** Counts one; lateness only matters for a right answer. */
    void add(Outcome outcome, Timeliness timeliness) {
        counts.merge(outcome, 1, Integer::sum);
        if (outcome == Outcome.RIGHT && timeliness == Timeliness.LATE) {
            late++;
        }
    }

    int count(Outcome outcome) {
        return counts.getOrDefault(outcome, 0);
    }

    /** Right answers that came late. */
    int late() {
        return late;
    }

    /** Right answers in time. */
    int inTime() {
        return count(Outcome.RIGHT) - late;
    }

    /** Requests that got no answer though the edge had a connection. */
    int lost() {
        return count(Outcome.FAILED) + count(Outcome.BROKEN) + count(Outcome.UNANSWERED) + count(Outcome.NOT_SENT);
    }

    /** All of them. */
    int total() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Whether an answer came as soon as it should have. */
    enum Timeliness {
        IN_TIME,
        LATE
    }
}
