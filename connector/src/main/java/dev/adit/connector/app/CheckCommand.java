package dev.adit.connector.app;

import dev.adit.connector.check.CheckReport;
import dev.adit.connector.settings.ShownSettings;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code adit check}: looks at what {@code adit tunnel run} would need with the same settings, and starts nothing. */
@Command(
        name = "check",
        description = {
            "Looks at what a tunnel needs on this machine: names, the way to the edge also for large packets, origins, token, clock, limits.",
            "",
            "Takes the settings of tunnel run, from the same places, shows where each comes from, and says what fails and"
                    + " what to do about it.",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Example:",
            "  adit check --config /etc/adit/config.yml",
            "",
            "Exit codes: 0 nothing is in the way of requests, 1 something is, 2 called the wrong way."
        })
final class CheckCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Override
    public Integer call() {
        GivenSettings given = GivenSettings.of(spec.commandLine(), System.getenv());
        CheckReport report;
        try {
            report = new Surroundings(given).look();
        } catch (IllegalArgumentException e) {
            throw given.wrong(String.valueOf(e.getMessage()));
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("SETTINGS (all others have their defaults)");
        out.println(given.path() == null ? "no configuration file" : "configuration file " + given.path());
        ShownSettings.withPlaces(given.settings()).forEach(out::println);
        out.println();
        report.text().forEach(out::println);
        out.flush();
        return report.isUsable() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }
}
