package dev.adit.edgesim.rehearse;

import dev.adit.edgesim.StopSignal;
import dev.adit.edgesim.demo.ConnectorCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code edge-sim handover} on the command line. */
@Command(
        name = "handover",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Restarts and reloads the connector again and again under a steady load, and counts what fails.",
            "",
            "Each restart is a new process with --takeover, and each reload a new configuration file. Starts an edge,",
            "an origin and the connector on this machine, on free ports of loopback, and stops them at the end.",
            ""
        },
        footer = {
            "",
            "Exit codes: 0 all requests were answered right and every process ended as it should, 1 some were not or the"
                    + " run could not go on, 2 called the wrong way."
        })
public final class HandoverCommand implements Callable<Integer> {
    private static final int MOST_ROUNDS = 99;
    private static final int MOST_RATE = 1_000;
    private static final int MOST_STREAMS = 100;
    private static final int MOST_CONNECTIONS = 64;

    private final StopSignal stop;
    private final ConnectorCommand ours;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--restarts", paramLabel = "N", defaultValue = "20", description = "How often (${DEFAULT-VALUE}).")
    private int restarts;

    @Option(names = "--reloads", paramLabel = "N", defaultValue = "20", description = "How often (${DEFAULT-VALUE}).")
    private int reloads;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "500",
            description = "Short requests a second (${DEFAULT-VALUE}).")
    private int rate;

    @Option(
            names = "--event-streams",
            paramLabel = "N",
            defaultValue = "8",
            description = "Streams of server-sent events beside them (${DEFAULT-VALUE}).")
    private int eventStreams;

    @Option(
            names = "--sockets",
            paramLabel = "N",
            defaultValue = "4",
            description = "WebSockets beside them (${DEFAULT-VALUE}).")
    private int sockets;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "4",
            description = "How many connections each process keeps (${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--grace-seconds",
            paramLabel = "N",
            defaultValue = "5",
            description = "How long an old process serves streams that do not end (${DEFAULT-VALUE}).")
    private int graceSeconds;

    @Option(
            names = "--logs",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "Where the output of the connector's processes goes (${DEFAULT-VALUE}).")
    private Path logs = Path.of(".");

    /** A command for the connector of this distribution that goes on until {@code stop} is given or all is done. */
    public HandoverCommand(StopSignal stop) {
        this(stop, ConnectorCommand.installed());
    }

    HandoverCommand(StopSignal stop, ConnectorCommand ours) {
        this.stop = stop;
        this.ours = ours;
    }

    @Override
    public Integer call() throws InterruptedException {
        CommandLine line = Objects.requireNonNull(spec, "picocli sets it").commandLine();
        check(line, "--restarts", restarts, MOST_ROUNDS);
        check(line, "--reloads", reloads, MOST_ROUNDS);
        check(line, "--rate", rate, MOST_RATE);
        check(line, "--event-streams", eventStreams, MOST_STREAMS);
        check(line, "--sockets", sockets, MOST_STREAMS);
        check(line, "--connections", connections, MOST_CONNECTIONS);
        check(line, "--grace-seconds", graceSeconds, 180);
        PrintWriter out = line.getOut();
        HandoverPlan plan = new HandoverPlan(
                restarts,
                reloads,
                new HandoverPlan.Traffic(rate, new Load.Streams(eventStreams, sockets)),
                new HandoverPlan.Connector(ours.line(), connections, Duration.ofSeconds(graceSeconds), logs));
        try (Handover handover = new Handover(plan, stop.given(), out)) {
            HandoverResult result = handover.run();
            out.print("\n" + result.text());
            out.flush();
            return result.isGood() ? 0 : 1;
        } catch (IOException | RehearsalFailure e) {
            line.getErr().println("handover: " + e.getMessage());
            return 1;
        }
    }

    private static void check(CommandLine line, String option, int value, int most) {
        int least = option.equals("--rate") || option.equals("--connections") ? 1 : 0;
        if (value < least || value > most) {
            throw new ParameterException(line, option + " must be from " + least + " to " + most + ", was " + value);
        }
    }
}
