package dev.adit.edgesim.rehearse;

import java.time.Duration;
import java.util.Locale;

/**
 * What became of the load.
 *
 * @param rounds what was done
 * @param tally how the short requests ended
 * @param cuts how often a stream ended and had to be opened again
 * @param took the whole time under load
 */
record HandoverResult(Rounds rounds, Tally tally, int cuts, Duration took) {
    /**
     * What was done.
     *
     * @param restarts processes that took over
     * @param reloads configurations that came into force
     */
    record Rounds(int restarts, int reloads) {}

    /** Whether every short request got its right answer. */
    boolean isGood() {
        return failed() == 0;
    }

    int failed() {
        return tally.total() - tally.count(Outcome.RIGHT);
    }

    /** For people. */
    String text() {
        return String.format(
                Locale.ROOT,
                "%d restarts and %d reloads in %d s: %d short requests, %d failed (%d wrong, %d without connector, %d with"
                        + " 502 to 504, %d broken off, %d unanswered, %d not sent), %d later than %d s%n%d streams ended"
                        + " with their process and were opened again%n",
                rounds.restarts,
                rounds.reloads,
                took.toSeconds(),
                tally.total(),
                failed(),
                tally.count(Outcome.WRONG),
                tally.count(Outcome.DOWN),
                tally.count(Outcome.FAILED),
                tally.count(Outcome.BROKEN),
                tally.count(Outcome.UNANSWERED),
                tally.count(Outcome.NOT_SENT),
                tally.late(),
                Recording.LATE.toSeconds(),
                cuts);
    }
}
