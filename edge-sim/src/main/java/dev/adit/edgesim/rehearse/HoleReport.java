package dev.adit.edgesim.rehearse;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The table of what became of many holes. Times are in seconds. */
final class HoleReport {
    private static final List<String> COLUMNS = List.of(
            "shape",
            "load",
            "holes",
            "found min",
            "med",
            "max",
            "late",
            "back min",
            "med",
            "max",
            "late",
            "whole med",
            "max");
    private static final String LEGEND = """
            found   seconds from the hole until the connector had given up all connections, as the edge saw it; of large
                    packets, the longest that a connection had one stuck; late are those beyond 10 s with traffic and
                    20 s idle
            back    seconds from the healing until 10 requests in a row were answered right and in time; late are those
                    beyond 3 s
            whole   seconds from the healing until all connections were registered again
            """;

    private HoleReport() {}

    static String of(List<HoleResult> results) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(COLUMNS);
        for (Hole.Shape shape : Hole.Shape.values()) {
            for (Hole.Quiet quiet : Hole.Quiet.values()) {
                List<HoleResult> some = results.stream()
                        .filter(result ->
                                result.hole().shape() == shape && result.hole().quiet() == quiet)
                        .toList();
                if (!some.isEmpty()) {
                    rows.add(row(shape, quiet, some));
                }
            }
        }
        StringBuilder out = new StringBuilder();
        TextReport.appendTable(out, rows);
        return out.append('\n')
                .append(LEGEND)
                .append('\n')
                .append(verdict(results))
                .append('\n')
                .toString();
    }

    /** Whether all that is promised was kept. */
    static boolean isGood(List<HoleResult> results) {
        return results.stream().allMatch(result -> result.foundInTime() && result.backInTime());
    }

    private static String verdict(List<HoleResult> results) {
        return isGood(results)
                ? "OK: every hole was found and left in time"
                : "FAILED: "
                        + count(results, result -> !result.foundInTime()) + " of " + results.size()
                        + " holes were found late, and after "
                        + count(results, result -> !result.backInTime()) + " the service was back late";
    }

    private static List<String> row(Hole.Shape shape, Hole.Quiet quiet, List<HoleResult> results) {
        List<String> cells = new ArrayList<>(List.of(shape.text(), quiet.text(), Integer.toString(results.size())));
        cells.addAll(spread(results, HoleResult::detected));
        cells.add(Long.toString(count(results, result -> !result.foundInTime())));
        cells.addAll(spread(results, HoleResult::back));
        cells.add(Long.toString(count(results, result -> !result.backInTime())));
        cells.addAll(spread(results, HoleResult::whole).subList(1, 3));
        return cells;
    }

    private static long count(List<HoleResult> results, Predicate<HoleResult> which) {
        return results.stream().filter(which).count();
    }

    /** Least, middle and greatest of what is known. */
    private static List<String> spread(List<HoleResult> results, Function<HoleResult, @Nullable Duration> time) {
        List<Duration> times = results.stream()
                .map(time)
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .sorted()
                .toList();
        if (times.isEmpty()) {
            return List.of("-", "-", "-");
        }
        return List.of(
                seconds(times.get(0)),
                seconds(times.get(times.size() / 2)),
                times.size() < results.size() ? "never" : seconds(times.get(times.size() - 1)));
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f", time.toMillis() / 1000.0);
    }
}
