package dev.adit.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.ToDoubleFunction;

/** The rounds of all servers, as a table, as ratios and as JSON. */
final class Results {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double BYTES_PER_MB = 1e6;
    private static final double KIB_PER_MIB = 1024;

    /**
     * One round of one job at one server.
     *
     * @param outcome what the load generator saw
     * @param cpuMicros what the server used
     */
    record Round(JobRun.Outcome outcome, long cpuMicros) {
        double cpuMicrosPerRequest() {
            return (double) cpuMicros / outcome.requests();
        }
    }

    private record Row(Job job, String server) {}

    private final Map<Row, List<Round>> rounds = new LinkedHashMap<>();
    private final Map<String, Usage> memory = new LinkedHashMap<>();

    void add(Job job, String server, Round round) {
        rounds.computeIfAbsent(new Row(job, server), row -> new ArrayList<>()).add(round);
    }

    void add(String server, Usage afterAllRounds) {
        memory.put(server, afterAllRounds);
    }

    /** Paired by round: CPU of {@code server} divided by that of {@code yardstick}. */
    Spread cpuRatio(Job job, String server, String yardstick) {
        List<Round> of = rounds.getOrDefault(new Row(job, server), List.of());
        List<Round> to = rounds.getOrDefault(new Row(job, yardstick), List.of());
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < of.size(); i++) {
            ratios.add(of.get(i).cpuMicrosPerRequest() / to.get(i).cpuMicrosPerRequest());
        }
        return Spread.of(ratios);
    }

    double rssMib(String server) {
        Usage usage = memory.get(server);
        return usage == null ? 0 : usage.rssKib() / KIB_PER_MIB;
    }

    String table() {
        StringBuilder table = new StringBuilder("""
                | load | server | CPU us/request | CPU ms/GB | requests/s | MB/s | p50 us | p99 us |
                |---|---|---|---|---|---|---|---|
                """);
        rounds.forEach((row, all) -> {
            StringJoiner line = new StringJoiner(" | ", "| ", " |\n");
            line.add(row.job.name()).add(row.server);
            metrics(row.job)
                    .forEach((name, metric) -> line.add(spread(all, metric).text()));
            table.append(line);
        });
        table.append("\n| server | RSS MiB at the end | most |\n|---|---|---|\n");
        memory.forEach((server, usage) -> table.append(String.format(
                Locale.ROOT,
                "| %s | %.0f | %.0f |%n",
                server,
                usage.rssKib() / KIB_PER_MIB,
                usage.peakRssKib() / KIB_PER_MIB)));
        return table.toString();
    }

    String json() {
        StringJoiner rows = new StringJoiner(",\n  ", "{\"rows\":[\n  ", "],\n");
        rounds.forEach((row, all) -> {
            StringJoiner fields = new StringJoiner(",", "{", "}");
            fields.add("\"load\":\"" + row.job.name() + "\"").add("\"server\":\"" + row.server + "\"");
            metrics(row.job)
                    .forEach((name, metric) ->
                            fields.add("\"" + name + "\":" + spread(all, metric).json()));
            rows.add(fields.toString());
        });
        StringJoiner servers = new StringJoiner(",", "\"rssMib\":{", "}}\n");
        memory.keySet()
                .forEach(server -> servers.add(String.format(Locale.ROOT, "\"%s\":%.1f", server, rssMib(server))));
        return rows.toString() + servers;
    }

    private static Spread spread(List<Round> rounds, ToDoubleFunction<Round> metric) {
        return Spread.of(rounds.stream().map(metric::applyAsDouble).toList());
    }

    private static Map<String, ToDoubleFunction<Round>> metrics(Job job) {
        Map<String, ToDoubleFunction<Round>> metrics = new LinkedHashMap<>();
        metrics.put("cpuMicrosPerRequest", Round::cpuMicrosPerRequest);
        // 1 us a byte is 1,000 s, or a million ms, a GB.
        metrics.put("cpuMillisPerGb", round -> round.cpuMicrosPerRequest() / job.bodyBytes() * 1e6);
        metrics.put("requestsPerSecond", Results::requestsPerSecond);
        metrics.put("megabytesPerSecond", round -> requestsPerSecond(round) * job.bodyBytes() / BYTES_PER_MB);
        metrics.put("p50Micros", round -> round.outcome.p50Nanos() / 1e3);
        metrics.put("p99Micros", round -> round.outcome.p99Nanos() / 1e3);
        return metrics;
    }

    private static double requestsPerSecond(Round round) {
        return round.outcome.requests() * NANOS_PER_SECOND / round.outcome.nanos();
    }
}
