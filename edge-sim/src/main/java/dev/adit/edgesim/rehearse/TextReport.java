package dev.adit.edgesim.rehearse;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The table for a terminal. */
final class TextReport {
    static final List<String> COLUMNS =
            List.of("profile", "sent", "in time", "late", "lost", "down", "wrong", "cuts", "detected s", "recovered s");
    static final String LEGEND = """
            sent       requests that were due from two seconds before the fault until the service was whole again
            in time    right answers, complete within a second after the request was due
            late       right answers that took longer, up to 10 s
            lost       no right answer though the edge had a connection to send the request over: broken off, 502 to 504,
                       or not complete after 10 s; a request that was under way on a connection that the fault cut counts
            down       refused by the edge with 530, because no connection of the tunnel was left: what a fault of all
                       connections makes impossible, and how long the connector leaves it so
            wrong      a status or content that nobody sent; must be 0
            cuts       how often the event stream or the WebSocket broke off or fell silent for 5 s
            detected   seconds from the fault until the connector gave a connection up or brought a new one, as the edge
                       saw it; NO when it did neither while the fault lasted; - when the fault tells the connector itself,
                       or the connector need not react
            recovered  seconds from the end of the fault until all connections were registered and 20 requests in a row
                       were answered right and in time; NO when that took more than a minute
            """;

    private TextReport() {}

    static String of(Report report) {
        Report.Setting setting = report.setting();
        StringBuilder out = new StringBuilder();
        out.append("connector: ").append(setting.connector()).append('\n');
        out.append(setting.connections()).append(" connections, ");
        out.append(setting.rate())
                .append(" requests/s, seed ")
                .append(setting.seed())
                .append("\n\n");
        List<List<String>> rows = new ArrayList<>();
        rows.add(COLUMNS);
        report.results().forEach(result -> rows.add(cells(result)));
        appendTable(out, rows);
        out.append('\n').append(LEGEND).append('\n').append(verdict(report)).append('\n');
        return out.toString();
    }

    /** The cells of one row, in the order of {@link #COLUMNS}. */
    static List<String> cells(TrialResult result) {
        TrialResult.Counts counts = result.counts();
        return List.of(
                result.trial().name(),
                Integer.toString(counts.sent()),
                Integer.toString(counts.inTime()),
                Integer.toString(counts.late()),
                Integer.toString(counts.lost()),
                Integer.toString(counts.down()),
                Integer.toString(counts.wrong()),
                Integer.toString(result.cuts()),
                result.trial().needsDetection() ? seconds(result.timeToDetect(), "NO") : "-",
                seconds(result.timeToRecover(), "NO"));
    }

    /** One line that says whether all is well. */
    static String verdict(Report report) {
        String failure = report.failure();
        if (failure != null) {
            return "FAILED: " + failure;
        }
        List<String> bad = report.results().stream()
                .filter(result -> !result.isGood())
                .map(result -> result.trial().name())
                .toList();
        return bad.isEmpty()
                ? "OK: the connector recovered by itself from all "
                        + report.results().size() + " profiles, and nothing wrong was served"
                : "FAILED: not recovered, or wrong answers: " + String.join(", ", bad);
    }

    static String seconds(@Nullable Duration time, String none) {
        return time == null ? none : String.format(Locale.ROOT, "%.1f", time.toMillis() / 1000.0);
    }

    /** Appends {@code rows}, which have the same number of cells, one below the other. */
    static void appendTable(StringBuilder out, List<List<String>> rows) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                // Names to the left, numbers to the right.
                line.append(String.format((i == 0 ? "%-" : "  %") + widths[i] + "s", row.get(i)));
            }
            out.append(line).append('\n');
        }
    }
}
