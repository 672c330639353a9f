package dev.adit.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the connector, as a process of its own behind a tunnel, beside a tuned Nginx that does the same job. */
@Command(
        name = "LoopbackLoad",
        description = {
            "Puts the same HTTP/2 load on a connector (through a tunnel of the simulator) and on an Nginx front, in turn,"
                    + " and prints what each took.",
            "",
            "Origin, simulator and load generator share one CPU, what is measured has another for itself. Compare CPU a"
                    + " request and the ratios; the wall-clock figures tell more about the machine's neighbours.",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
public final class LoopbackLoad implements Callable<Integer> {
    // The limits that the project promises to keep (README).
    private static final double MAX_SMALL_RATIO = 1.5;
    private static final double MAX_LARGE_RATIO = 1.0;
    private static final double MAX_RSS_MIB = 160;
    private static final int SMALL_IN_FLIGHT = 32;
    private static final int LARGE_IN_FLIGHT = 4;
    private static final int WARMUP_PARTS = 4;

    @Option(names = "--rounds", description = "Rounds of each load at each server.")
    private int rounds = 7;

    @Option(names = "--requests", description = "Requests of 1 KiB a round; the CPU clock has steps of 10 ms.")
    private int requests = 40_000;

    @Option(names = "--bodies", description = "Bodies of 10 MiB a round, down and up.")
    private int bodies = 60;

    @Option(names = "--warmup", description = "Requests of 1 KiB before the first round, to each server.")
    private int warmup = 400_000;

    @Option(names = "--warmup-bodies", description = "Bodies of 10 MiB before the first round, each way.")
    private int warmupBodies = 300;

    @Option(names = "--no-upload", description = "Leave uploads out.")
    private boolean noUpload;

    @Option(names = "--limit", description = "Seconds after which all is stopped.")
    private int limitSeconds = 900;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the results there too.")
    private @Nullable Path json;

    @Option(names = "--check", description = "Exit with 1 if a limit of the project is missed.")
    private boolean check;

    @Option(
            names = "--connector-java",
            paramLabel = "PROGRAM",
            description = "Runs the connector. Default: this JVM's.")
    private String java =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @Option(
            names = "--connector-option",
            paramLabel = "OPTION",
            description = "JVM option of the connector, after those of the launcher; may be repeated.")
    private List<String> options = new ArrayList<>();

    @Option(
            names = "--variant",
            paramLabel = "NAME=[JAVA] OPTION...",
            description = "Another connector to measure in the same rounds; may be repeated.")
    private List<String> variants = new ArrayList<>();

    @Option(names = "--nginx", paramLabel = "PROGRAM", description = "The Nginx to run.")
    private String nginx = "nginx";

    @Option(names = "--core", description = "CPU of what is measured; -1 for any.")
    private int core = 0;

    @Option(names = "--load-core", description = "CPU of origin, simulator and load generator; -1 for any.")
    private int loadCore = 1;

    private long deadlineNanos;

    /** Exit codes: 0 done, 1 failed or a limit missed, 2 called the wrong way. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new LoopbackLoad()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        deadlineNanos = System.nanoTime() + Duration.ofSeconds(limitSeconds).toNanos();
        pinMyself();
        List<ConnectorCommand> connectors = new ArrayList<>();
        connectors.add(new ConnectorCommand("adit", java, options));
        variants.forEach(variant -> connectors.add(ConnectorCommand.parse(variant, java)));
        try (Laboratory laboratory = Laboratory.open(new Laboratory.Plan(nginx, core, loadCore, connectors))) {
            Results results = measure(laboratory);
            System.out.println();
            System.out.print(results.table());
            if (json != null) {
                Files.writeString(json, results.json());
            }
            return report(results, connectors) || !check ? 0 : 1;
        }
    }

    private void pinMyself() throws IOException, InterruptedException {
        if (loadCore >= 0) {
            String pid = Long.toString(ProcessHandle.current().pid());
            Process taskset = new ProcessBuilder("taskset", "-a", "-c", "-p", Integer.toString(loadCore), pid)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            taskset.waitFor(10, TimeUnit.SECONDS);
        }
    }

    private Results measure(Laboratory laboratory) throws Exception {
        List<Job> jobs = jobs();
        List<Contender> contenders = laboratory.contenders();
        Results results = new Results();
        for (int part = 1; part <= WARMUP_PARTS; part++) {
            for (Contender contender : contenders) {
                for (Job job : jobs) {
                    int count = (isSmall(job) ? warmup : warmupBodies) / WARMUP_PARTS;
                    if (count > 0) {
                        say(
                                "warm-up " + part + "/" + WARMUP_PARTS,
                                job,
                                contender,
                                run(laboratory, job, contender, count));
                    }
                }
            }
        }
        for (int round = 1; round <= rounds; round++) {
            for (Job job : jobs) {
                for (Contender contender : contenders) {
                    Results.Round done = run(laboratory, job, contender, isSmall(job) ? requests : bodies);
                    say("round " + round + "/" + rounds, job, contender, done);
                    results.add(job, contender.name(), done);
                }
            }
        }
        for (Contender contender : contenders) {
            results.add(contender.name(), contender.process().usage());
        }
        return results;
    }

    private List<Job> jobs() {
        List<Job> jobs = new ArrayList<>();
        if (requests > 0) {
            jobs.add(Job.get("1 KiB", "/small", SMALL_IN_FLIGHT, Laboratory.SMALL_BYTES));
        }
        if (bodies > 0) {
            jobs.add(Job.get("10 MiB down", "/large", LARGE_IN_FLIGHT, Laboratory.LARGE_BYTES));
            if (!noUpload) {
                jobs.add(Job.put("10 MiB up", "/upload", LARGE_IN_FLIGHT, Laboratory.LARGE_BYTES));
            }
        }
        return jobs;
    }

    private static boolean isSmall(Job job) {
        return job.inFlight() == SMALL_IN_FLIGHT;
    }

    private Results.Round run(Laboratory laboratory, Job job, Contender contender, int count) throws Exception {
        long leftNanos = deadlineNanos - System.nanoTime();
        if (leftNanos <= 0) {
            throw new TimeoutException("not done within --limit " + limitSeconds + " s");
        }
        long before = contender.process().usage().cpuMicros();
        CompletableFuture<JobRun.Outcome> ended = new CompletableFuture<>();
        laboratory
                .loop()
                .execute(() -> new JobRun(job, contender.connection(), count)
                        .start()
                        .whenComplete((outcome, failure) -> {
                            if (failure == null) {
                                ended.complete(outcome);
                            } else {
                                ended.completeExceptionally(failure);
                            }
                        }));
        JobRun.Outcome outcome = ended.get(leftNanos, TimeUnit.NANOSECONDS);
        return new Results.Round(outcome, contender.process().usage().cpuMicros() - before);
    }

    private static void say(String when, Job job, Contender contender, Results.Round round) {
        System.err.printf(
                Locale.ROOT,
                "%-12s %-12s %-8s %8.1f CPU us/request %8.1f ms/GB %8.0f requests/s%n",
                when,
                job.name(),
                contender.name(),
                round.cpuMicrosPerRequest(),
                round.cpuMicrosPerRequest() / job.bodyBytes() * 1e6,
                round.outcome().requests() * 1e9 / round.outcome().nanos());
    }

    /** Prints the ratios; whether the connectors keep the limits against Nginx as it is installed. */
    private boolean report(Results results, List<ConnectorCommand> connectors) {
        boolean kept = true;
        System.out.println();
        for (ConnectorCommand connector : connectors) {
            for (Job job : jobs()) {
                double limit = isSmall(job) ? MAX_SMALL_RATIO : MAX_LARGE_RATIO;
                Spread tuned = results.cpuRatio(job, connector.name(), Nginx.name(Nginx.Tuning.TUNED));
                Spread stock = results.cpuRatio(job, connector.name(), Nginx.name(Nginx.Tuning.STOCK));
                kept &= stock.median() <= limit;
                System.out.printf(
                        Locale.ROOT,
                        "%s, %s: CPU of Nginx as installed times %s, limit %.1f; of Nginx tuned for bodies times %s%n",
                        connector.name(),
                        job.name(),
                        stock.text(),
                        limit,
                        tuned.text());
            }
            double rss = results.rssMib(connector.name());
            kept &= rss < MAX_RSS_MIB;
            System.out.printf(Locale.ROOT, "%s: RSS %.0f MiB, limit %.0f%n", connector.name(), rss, MAX_RSS_MIB);
        }
        return kept;
    }
}
