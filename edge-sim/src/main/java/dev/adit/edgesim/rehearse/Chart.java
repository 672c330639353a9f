package dev.adit.edgesim.rehearse;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The time line of one profile as SVG: a bar for each second, a line for the connections, a band for the fault. */
final class Chart {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 190;
    private static final int LEFT = 40;
    private static final int RIGHT = 36;
    private static final int TOP = 12;
    private static final int BOTTOM = 28;
    private static final int PLOT_WIDTH = WIDTH - LEFT - RIGHT;
    private static final int PLOT_HEIGHT = HEIGHT - TOP - BOTTOM;
    // An instant fault has no width of its own.
    private static final double MIN_BAND = 2;
    // So many numbers fit under the axis.
    private static final int MAX_LABELS = 15;

    private final TrialResult result;
    private final int seconds;
    private final int tallest;
    private final int connections;
    private final StringBuilder out = new StringBuilder();

    private Chart(TrialResult result, int wantedConnections) {
        this.result = result;
        seconds = Math.max(1, result.seconds().size());
        tallest = Math.max(
                1,
                result.seconds().stream()
                        .mapToInt(TrialResult.Counts::sent)
                        .max()
                        .orElse(1));
        connections = Math.max(
                wantedConnections,
                result.connections().stream()
                        .mapToInt(Recording.Step::connections)
                        .max()
                        .orElse(1));
    }

    /** The SVG element for {@code result}; {@code connections} are what a whole tunnel has. */
    static String of(TrialResult result, int connections) {
        return new Chart(result, connections).draw();
    }

    private String draw() {
        add(
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
                WIDTH, HEIGHT, HtmlReport.escaped(summary()));
        band();
        for (int i = 0; i < result.seconds().size(); i++) {
            bar(i, result.seconds().get(i));
        }
        line();
        axes();
        add("</svg>\n");
        return out.toString();
    }

    private String summary() {
        TrialResult.Counts counts = result.counts();
        return "%s: %d requests in time, %d late, %d lost, %d down, %d wrong"
                .formatted(
                        result.trial().name(),
                        counts.inTime(),
                        counts.late(),
                        counts.lost(),
                        counts.down(),
                        counts.wrong());
    }

    private void band() {
        double from = x(result.times().fault());
        double to = Math.max(from + MIN_BAND, x(result.times().healed()));
        add(
                "<rect class=\"fault\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"><title>fault</title></rect>\n",
                from, TOP, to - from, PLOT_HEIGHT);
    }

    private void bar(int second, TrialResult.Counts counts) {
        double x = x(Duration.ofSeconds(second)) + 0.5;
        double width = Math.max(1, (double) PLOT_WIDTH / seconds - 1);
        add(
                "<g><title>second %d: %d in time, %d late, %d lost, %d down, %d wrong</title>",
                second, counts.inTime(), counts.late(), counts.lost(), counts.down(), counts.wrong());
        double bottom = (double) TOP + PLOT_HEIGHT;
        bottom = part("good", x, bottom, width, counts.inTime());
        bottom = part("late", x, bottom, width, counts.late());
        bottom = part("lost", x, bottom, width, counts.lost() + counts.down());
        part("wrong", x, bottom, width, counts.wrong());
        add("</g>\n");
    }

    private double part(String type, double x, double bottom, double width, int count) {
        double height = (double) PLOT_HEIGHT * count / tallest;
        if (count > 0) {
            add(
                    "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
                    type, x, bottom - height, width, height);
        }
        return bottom - height;
    }

    private void line() {
        List<Recording.Step> steps = result.connections();
        if (steps.isEmpty()) {
            return;
        }
        StringBuilder path = new StringBuilder();
        for (Recording.Step step : steps) {
            path.append(String.format(
                    Locale.ROOT,
                    path.length() == 0 ? "M%.1f %.1f" : "H%.1f V%.1f",
                    x(step.at()),
                    y(step.connections())));
        }
        path.append("H").append(LEFT + PLOT_WIDTH);
        add("<path class=\"connections\" d=\"%s\"><title>connections</title></path>\n", path);
    }

    private void axes() {
        add("<path class=\"axis\" d=\"M%d %dV%dH%d\"/>\n", LEFT, TOP, TOP + PLOT_HEIGHT, LEFT + PLOT_WIDTH);
        add("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%d</text>\n", LEFT - 4, TOP + 10, tallest);
        add("<text x=\"%d\" y=\"%.1f\">%d</text>\n", LEFT + PLOT_WIDTH + 6, y(connections) + 4, connections);
        int step = (seconds + MAX_LABELS - 1) / MAX_LABELS;
        for (int second = 0; second <= seconds; second += step) {
            add(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d s</text>\n",
                    x(Duration.ofSeconds(second)), TOP + PLOT_HEIGHT + 18, second);
        }
    }

    private double x(Duration at) {
        return LEFT + Math.min(1, at.toMillis() / 1000.0 / seconds) * PLOT_WIDTH;
    }

    private double y(int count) {
        return TOP + PLOT_HEIGHT * (1 - (double) count / connections);
    }

    private void add(String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values));
    }
}
