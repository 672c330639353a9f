package dev.adit.edgesim.rehearse;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a rehearsal found out.
 *
 * @param setting how it was done
 * @param results one for each profile that was rehearsed, in their order
 * @param failure why it ended early; null if it did not
 */
record Report(
        Setting setting,
        List<TrialResult> results,
        @Nullable String failure) {
    Report {
        results = List.copyOf(results);
    }

    /** Whether the connector came through everything by itself. */
    boolean isGood() {
        return failure == null && results.stream().allMatch(TrialResult::isGood);
    }

    /**
     * How a rehearsal is done.
     *
     * @param connector the command, without credentials
     * @param connections how many connections make the tunnel whole
     * @param seed what the choice of connections and regions came from
     * @param rate requests a second
     */
    record Setting(String connector, int connections, long seed, int rate) {}
}
