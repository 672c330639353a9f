package dev.adit.edgesim.rehearse;

import dev.adit.edgesim.StopSignal;
import dev.adit.edgesim.demo.ConnectorCommand;
import dev.adit.edgesim.fault.Profile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code edge-sim rehearse} on the command line. */
@Command(
        name = "rehearse",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Lets a connector serve a steady load and one fault after the other, and tells what became of it.",
            "",
            "Starts an edge, an origin and the connector on this machine, on free ports of loopback, and stops them",
            "at the end. The whole set takes about six minutes, --promise and --mixed about twenty each.",
            ""
        },
        footer = {
            "",
            "Gaps in COMMAND: {token}, {token-file}, {cacert}, {origin}, and as a word of its own {edges}, which becomes"
                    + " --edge HOST:PORT for each address. TUNNEL_TOKEN, TUNNEL_EDGE and TUNNEL_CACERT are in its"
                    + " environment.",
            "",
            "An unmodified cloudflared: --command \"cloudflared tunnel {edges} --protocol http2 --cacert {cacert}"
                    + " --no-prechecks --no-autoupdate run\"",
            "",
            "Exit codes: 0 the connector recovered from everything by itself and nothing wrong was served, 1 it did not or"
                    + " the rehearsal could not go on, 2 called the wrong way."
        })
public final class RehearseCommand implements Callable<Integer> {
    private static final Duration STEADY = Duration.ofSeconds(2);
    private static final Duration SHORT_STEADY = Duration.ofMillis(500);
    private static final int MAX_CONNECTIONS = 64;
    private static final int MAX_RATE = 1_000;
    private static final String LOG_NAME = "rehearsal-connector.log";

    private final StopSignal stop;
    private final ConnectorCommand ours;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--command",
            paramLabel = "COMMAND",
            description = "The connector's command line, see below; without it, the connector of this distribution.")
    private @Nullable String command;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "4",
            description = "How many connections the connector keeps when all is well (${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            arity = "1..*",
            description = "Only these, in the order of the whole set, which is all of edge-sim --list-profiles but"
                    + " mixed.")
    private final List<String> profiles = new ArrayList<>();

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            defaultValue = "1",
            description = "Which connections and regions are hit follows from it (${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "50",
            description = "Requests a second (${DEFAULT-VALUE}).")
    private int rate;

    @Option(names = "--quick", description = "Watch the service for half a second before each fault, not for two.")
    private boolean quick;

    @Mixin
    private final PromiseFlags promises = new PromiseFlags();

    @Option(names = "--json", paramLabel = "FILE", description = "Write the report as JSON, too.")
    private @Nullable Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "Write the report as a page with time lines, too.")
    private @Nullable Path html;

    @Option(
            names = "--log",
            paramLabel = "FILE",
            description = "Where the connector's output goes: " + LOG_NAME + " beside the report if not given.")
    private @Nullable Path log;

    /** A command that goes on until {@code stop} is given or all is done. */
    public RehearseCommand(StopSignal stop) {
        this(stop, ConnectorCommand.installed());
    }

    RehearseCommand(StopSignal stop, ConnectorCommand ours) {
        this.stop = stop;
        this.ours = ours;
    }

    @Override
    public Integer call() throws InterruptedException {
        CommandLine line = Objects.requireNonNull(spec, "picocli sets it").commandLine();
        PrintWriter out = line.getOut();
        RehearsalPlan plan = plan(line);
        try {
            if (promises.wantsHoles()) {
                return digHoles(plan, out);
            }
            return promises.wantsMixed() ? mixFaults(plan, out) : rehearse(plan, out);
        } catch (IOException | RehearsalFailure e) {
            line.getErr().println("rehearse: " + e.getMessage());
            return 1;
        }
    }

    private int digHoles(RehearsalPlan plan, PrintWriter out)
            throws IOException, RehearsalFailure, InterruptedException {
        List<HoleResult> results =
                new HoleRun(plan, stop.given(), out).run(Hole.all(promises.holes(), seed), promises.lanes());
        out.print("\n" + HoleReport.of(results));
        out.flush();
        return HoleReport.isGood(results) ? 0 : 1;
    }

    private int mixFaults(RehearsalPlan plan, PrintWriter out)
            throws IOException, RehearsalFailure, InterruptedException {
        try (Stage stage = new Stage(plan, stop.given())) {
            MixedResult result = new MixedRun(stage.set(), plan, out).run(promises.faults());
            out.print("\n" + result.text());
            out.flush();
            return result.isGood() ? 0 : 1;
        }
    }

    private int rehearse(RehearsalPlan plan, PrintWriter out)
            throws IOException, RehearsalFailure, InterruptedException {
        try (Stage stage = new Stage(plan, stop.given())) {
            Report report = stage.rehearse(seed, out);
            out.print("\n" + TextReport.of(report));
            out.flush();
            write(json, () -> JsonReport.of(report));
            write(html, () -> HtmlReport.of(report));
            return report.isGood() ? 0 : 1;
        }
    }

    private RehearsalPlan plan(CommandLine line) {
        check(line, "--connections", connections, MAX_CONNECTIONS);
        check(line, "--rate", rate, MAX_RATE);
        try {
            promises.check();
            String own = command;
            CommandTemplate template = own == null ? defaultCommand() : CommandTemplate.parse(own);
            return new RehearsalPlan(
                    template,
                    new Report.Setting(own == null ? "adit tunnel run" : template.text(), connections, seed, rate),
                    chosen(),
                    quick ? SHORT_STEADY : STEADY,
                    logFile());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(line, e.getMessage(), e);
        }
    }

    private static void check(CommandLine line, String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new ParameterException(line, option + " must be from 1 to " + most + ", was " + value);
        }
    }

    private Set<Profile> chosen() {
        Set<Profile> chosen = EnumSet.noneOf(Profile.class);
        for (String name : profiles) {
            Profile profile = Profile.named(name);
            if (!Trials.PROFILES.contains(profile)) {
                throw new IllegalArgumentException(
                        "the profile " + name + " can't be rehearsed, only what it is made of");
            }
            chosen.add(profile);
        }
        return chosen.isEmpty() ? Trials.PROFILES : chosen;
    }

    private CommandTemplate defaultCommand() {
        // Reports every leaked buffer, and costs little at the rate of a rehearsal.
        List<String> words =
                (promises.wantsMixed() ? ours.with("-Dio.netty.leakDetection.level=paranoid") : ours).line();
        words.addAll(List.of("--token-file", "{token-file}", "{edges}", "--cacert", "{cacert}"));
        words.addAll(List.of("--ha-connections", Integer.toString(connections)));
        return new CommandTemplate(words);
    }

    private Path logFile() {
        Path own = log;
        if (own != null) {
            return own;
        }
        Path report = html == null ? json : html;
        return report == null ? Path.of(LOG_NAME) : report.resolveSibling(LOG_NAME);
    }

    private static void write(@Nullable Path file, Supplier<String> text) throws IOException {
        if (file != null) {
            Files.writeString(file, text.get());
        }
    }
}
