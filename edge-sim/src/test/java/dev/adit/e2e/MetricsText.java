package dev.adit.e2e;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One answer of {@code /metrics} in the text format 0.0.4, read strictly. Immutable. */
final class MetricsText {
    private static final Pattern HELP = Pattern.compile("# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) .+");
    private static final Pattern TYPE =
            Pattern.compile("# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)");
    private static final Pattern SAMPLE = Pattern.compile(
            "([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{(?:[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\",?)+})? (\\S+)");

    private final Map<String, String> types = new HashMap<>();
    private final Map<String, Double> samples = new LinkedHashMap<>();

    private MetricsText() {}

    /** Reads {@code text}; throws AssertionError that names the line that breaks the format. */
    static MetricsText parse(String text) {
        MetricsText read = new MetricsText();
        Set<String> helped = new HashSet<>();
        for (String line : text.split("\n", -1)) {
            Matcher help = HELP.matcher(line);
            Matcher type = TYPE.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (help.matches()) {
                require(helped.add(help.group(1)), "two HELP lines", line);
            } else if (type.matches()) {
                require(read.types.put(type.group(1), type.group(2)) == null, "two TYPE lines", line);
            } else if (sample.matches()) {
                String series = sample.group(1) + (sample.group(2) == null ? "" : sample.group(2));
                double value = number(sample.group(3));
                require(read.hasType(sample.group(1)), "no TYPE line before it", line);
                require(read.samples.put(series, value) == null, "a series twice", line);
            } else {
                require(line.isEmpty(), "not of the format", line);
            }
        }
        return read;
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    private boolean hasType(String sample) {
        return types.containsKey(sample) || types.containsKey(sample.replaceFirst("_(bucket|sum|count)$", ""));
    }

    private static void require(boolean holds, String otherwise, String line) {
        if (!holds) {
            throw new AssertionError(otherwise + ": " + line);
        }
    }

    /** The type of a family; {@code none} if there is no such family. */
    String type(String family) {
        return types.getOrDefault(family, "none");
    }

    /** The value of a series as the text has it, its labels included; NaN if there is no such series. */
    double value(String name, String... labels) {
        StringBuilder series = new StringBuilder(name);
        for (int i = 0; i < labels.length; i += 2) {
            series.append(i == 0 ? '{' : ',')
                    .append(labels[i])
                    .append("=\"")
                    .append(labels[i + 1])
                    .append('"');
        }
        return samples.getOrDefault(series.append(labels.length == 0 ? "" : "}").toString(), Double.NaN);
    }

    /** Whether there is a series whose name with labels begins so. */
    boolean has(String start) {
        return samples.keySet().stream().anyMatch(series -> series.startsWith(start));
    }
}
