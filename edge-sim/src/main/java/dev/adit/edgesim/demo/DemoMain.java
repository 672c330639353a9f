package dev.adit.edgesim.demo;

import dev.adit.edgesim.Ports;
import dev.adit.edgesim.StopSignal;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The demo as a command: runs until it is told to stop, its time is up or a connector is gone. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Runs an edge and three tunnels on this machine, with stand-ins for services that don't run.")
public final class DemoMain implements Callable<Integer> {
    // The tunnel port is nobody's business here, but the usual one makes logs easier to read.
    private static final Ports USUAL_PORTS = new Ports(7844, 8443, 8088);

    private final StopSignal stop;
    private final List<DemoService> services;
    private final Ports ports;
    private final ConnectorCommand connector;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = DurationText.class,
            description = "Stop after this time, such as 30s or 2m; without it, on Ctrl-C.")
    private @Nullable Duration time;

    /** A command that runs the usual services until {@code stop} is given. */
    public DemoMain(StopSignal stop) {
        this(stop, DemoService.usual(), USUAL_PORTS, ConnectorCommand.installed());
    }

    DemoMain(StopSignal stop, List<DemoService> services, Ports ports, ConnectorCommand connector) {
        this.stop = stop;
        this.services = services;
        this.ports = ports;
        this.connector = connector;
    }

    /** Runs the command. The exit code is 2 for wrong usage and 1 for any other failure. */
    public static void main(String[] args) {
        StopSignal stop = StopSignal.onShutdown();
        stop.exit(new CommandLine(new DemoMain(stop)).execute(args));
    }

    @Override
    public Integer call() {
        CommandLine command = Objects.requireNonNull(spec, "picocli sets it").commandLine();
        PrintWriter out = command.getOut();
        try (Demo demo = new Demo(out, services)) {
            demo.start(ports, connector);
            CompletableFuture<String> broken = demo.whenBroken();
            CompletableFuture.anyOf(stop.given(), broken, timeUp()).join();
            if (broken.isDone() && !stop.given().isDone()) {
                return failed(command, broken.join());
            }
            out.println("stopping");
            return 0;
        } catch (IOException | DemoFailure e) {
            return failed(command, e.getMessage());
        }
    }

    private CompletableFuture<Void> timeUp() {
        CompletableFuture<Void> up = new CompletableFuture<>();
        Duration limit = time;
        return limit == null ? up : up.completeOnTimeout(null, limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static int failed(CommandLine command, @Nullable String message) {
        command.getErr().println("demo: " + message);
        return 1;
    }
}
