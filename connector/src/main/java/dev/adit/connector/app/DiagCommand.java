package dev.adit.connector.app;

import dev.adit.connector.admin.AdminAddress;
import dev.adit.connector.diag.DiagArchive;
import dev.adit.connector.diag.Instances;
import dev.adit.connector.diag.Instances.Instance;
import dev.adit.connector.diag.Journal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code adit diag}: writes an archive that tells a maintainer what a running connector is doing. */
@Command(
        name = "diag",
        description = {
            "Writes a zip file with what a maintainer needs to know about the connector that runs on this machine:",
            "connections, settings and rules without secrets, metrics, threads, a JFR recording of 3 s, log, and what adit"
                    + " check says.",
            "",
            "The connector is found by its local HTTP server, on the usual ports or at --metrics. Without a running"
                    + " connector, the rest is written.",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Example:",
            "  adit diag --metrics localhost:20241",
            "",
            "Exit codes: 0 all was collected, 1 something could not be, 2 called the wrong way."
        })
final class DiagCommand implements Callable<Integer> {
    private final List<AdminAddress> usual;
    private final Journal journal;

    DiagCommand() {
        this(Instances.usual(), new Journal());
    }

    /** Looks at {@code usual} where no address is given, and into {@code journal}. */
    DiagCommand(List<AdminAddress> usual, Journal journal) {
        this.usual = List.copyOf(usual);
        this.journal = journal;
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Option(names = "--dir", paramLabel = "DIR", description = "Where to write the file; here by default.")
    private Path directory = Path.of("");

    @Option(names = "--no-diag-logs", description = "Leaves the log out.")
    private boolean noLogs;

    @Option(names = "--no-diag-metrics", description = "Leaves the metrics out.")
    private boolean noMetrics;

    @Option(names = "--no-diag-system", description = "Leaves out what the machine is.")
    private boolean noSystem;

    @Option(
            names = "--no-diag-runtime",
            description = "Leaves out the threads, and what the virtual machine does for 3 s.")
    private boolean noRuntime;

    @Option(names = "--no-diag-network", description = "Leaves out what adit check says.")
    private boolean noNetwork;

    @Option(names = "--diag-container-id", hidden = true)
    private @Nullable String container;

    @Option(names = "--diag-pod-id", hidden = true)
    private @Nullable String pod;

    @Override
    public Integer call() {
        GivenSettings given = GivenSettings.of(spec.commandLine(), System.getenv());
        PrintWriter err = spec.commandLine().getErr();
        // First: looking for a connector takes of its time.
        DiagArchive archive = new DiagArchive();
        Instances instances = new Instances();
        List<Instance> found = instances.find(addresses(given));
        if (found.size() > 1) {
            err.println("Several connectors run here; say which with --metrics:");
            found.forEach(one -> err.println("  --metrics " + one.address() + "  tunnel " + one.tunnelId()
                    + "  connector " + one.connectorId()));
            return CommandLine.ExitCode.SOFTWARE;
        }
        Instance instance = found.isEmpty() ? null : found.get(0);
        if (instance == null) {
            err.println("No instances found; what only a running connector knows is missing");
        } else {
            addState(archive, instances, instance.address());
        }
        addRest(archive, given, instances, instance);
        DiagArchive.Written written = write(archive);
        written.failed().forEach((member, error) -> err.println(member + ": " + error));
        spec.commandLine().getOut().println(written.file());
        spec.commandLine().getOut().flush();
        return written.failed().isEmpty() && instance != null ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private DiagArchive.Written write(DiagArchive archive) {
        try {
            return archive.write(directory, spec.root().name(), Instant.now());
        } catch (IOException e) {
            throw new BadInput("no file can be written into --dir " + directory + ": " + Daemon.reason(e));
        }
    }

    private List<AdminAddress> addresses(GivenSettings given) {
        String text = given.settings().text("metrics");
        try {
            AdminAddress address = text == null ? new AdminAddress.Usual() : AdminAddress.parse(text);
            return address instanceof AdminAddress.Usual ? usual : List.of(address);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--metrics: " + e.getMessage());
        }
    }

    private void addState(DiagArchive archive, Instances instances, AdminAddress address) {
        archive.add("tunnelstate.json", () -> instances.get(address, "/diag/tunnel"))
                .add("cli-configuration.json", () -> instances.get(address, "/diag/configuration"))
                .add("configuration.json", () -> instances.get(address, "/config"));
        if (!noMetrics) {
            archive.add("metrics.txt", () -> instances.get(address, "/metrics"));
        }
        if (!noSystem) {
            archive.add("systeminformation.json", () -> instances.get(address, "/diag/system"));
        }
        if (!noRuntime) {
            archive.add("threads.txt", () -> instances.get(address, "/diag/threads"))
                    .add("recording.jfr", () -> instances.get(address, "/diag/recording"));
        }
    }

    private void addRest(DiagArchive archive, GivenSettings given, Instances instances, @Nullable Instance instance) {
        String name = spec.root().name();
        if (!noLogs && instance != null) {
            archive.add(name + "_logs.txt", () -> instances.get(instance.address(), "/diag/log"));
        }
        if (!noLogs) {
            addJournal(archive, name);
        }
        addOutside(archive, container, "docker logs");
        addOutside(archive, pod, "kubectl logs");
        if (!noNetwork) {
            archive.add("prechecks.json", () -> utf8(prechecks(given)));
        }
    }

    private void addJournal(DiagArchive archive, String name) {
        try {
            for (String service : journal.services(name)) {
                archive.add(service.replace("*", "") + "_journal.txt", () -> utf8(journal.of(service)));
            }
        } catch (IOException e) {
            archive.add(name + "_journal.txt", () -> {
                throw e;
            });
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What a container wrote is for the program that runs it to tell. */
    private static void addOutside(DiagArchive archive, @Nullable String id, String command) {
        if (id != null) {
            archive.add("container_logs.txt", () -> {
                throw new IOException(
                        "logs of containers are not collected; add what '" + command + " " + id + "' says");
            });
        }
    }

    private static String prechecks(GivenSettings given) throws IOException {
        try {
            return new Surroundings(given).look().json();
        } catch (RuntimeException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
