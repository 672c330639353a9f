package dev.adit.edgesim.rehearse;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What many random faults left behind.
 *
 * @param faults how many there were
 * @param took how long they took
 * @param counts requests meanwhile, by what became of them
 * @param connections registered connections at the end
 * @param wanted how many there should be
 * @param whole time from the end of the last fault until the service was whole; null if it never was
 * @param before what the connector held before, without load
 * @param after the same at the end
 * @param leaks leaked buffers that the connector reported
 */
record MixedResult(
        int faults,
        Duration took,
        TrialResult.Counts counts,
        int connections,
        int wanted,
        @Nullable Duration whole,
        ProcessFacts before,
        ProcessFacts after,
        long leaks) {
    /** Sockets that may just be closing, and files that are opened once. */
    static final int SPARE_DESCRIPTORS = 8;

    /** Caches that fill, and classes that were not needed before. */
    private static final long SPARE_HEAP_KIB = 8 << 10;

    /** Whether all is as it was, and nothing wrong was ever served. */
    boolean isGood() {
        return whole != null
                && connections == wanted
                && leaks == 0
                && counts.wrong() == 0
                && after.descriptors() <= before.descriptors() + SPARE_DESCRIPTORS
                && after.heapKib() <= before.heapKib() + SPARE_HEAP_KIB;
    }

    /** For a terminal. */
    String text() {
        return String.format(
                Locale.ROOT,
                """
                faults               %d in %d s
                requests             %d: %d in time, %d late, %d lost, %d down, %d wrong
                connections          %d of %d, whole %s s after the last fault
                leaked buffers       %d
                file descriptors     %d before, %d after
                heap KiB             %d before, %d after
                RSS KiB              %d before, %d after

                %s
                """,
                faults,
                took.toSeconds(),
                counts.sent(),
                counts.inTime(),
                counts.late(),
                counts.lost(),
                counts.down(),
                counts.wrong(),
                connections,
                wanted,
                TextReport.seconds(whole, "never"),
                leaks,
                before.descriptors(),
                after.descriptors(),
                before.heapKib(),
                after.heapKib(),
                before.rssKib(),
                after.rssKib(),
                isGood()
                        ? "OK: all connections are back, and nothing was left behind"
                        : "FAILED: something is missing, was left behind, or was wrong");
    }
}
