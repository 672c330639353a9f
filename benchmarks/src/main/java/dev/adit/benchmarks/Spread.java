package dev.adit.benchmarks;

import java.util.List;
import java.util.Locale;

/** Median, smallest and largest of the rounds. */
record Spread(double median, double min, double max) {

    static Spread of(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    /** Three significant digits or so, as {@code median (min-max)}. */
    String text() {
        return number(median) + " (" + number(min) + "-" + number(max) + ")";
    }

    String json() {
        return String.format(Locale.ROOT, "{\"median\":%.3f,\"min\":%.3f,\"max\":%.3f}", median, min, max);
    }

    private static String number(double value) {
        int digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
