package dev.adit.connector.app;

import dev.adit.connector.admin.AdminAddress;
import dev.adit.connector.admin.AdminAnswer;
import dev.adit.connector.admin.AdminClient;
import dev.adit.connector.admin.AdminServer;
import dev.adit.connector.settings.Settings;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code adit tunnel ready}: asks a running connector whether it is ready, for health checks. */
@Command(
        name = "ready",
        description = {
            "Asks a running connector of this machine whether it can serve requests.",
            "",
            "Needs --metrics ADDRESS (TUNNEL_METRICS): where that connector's local HTTP server listens, which is the value"
                    + " of its own --metrics, or else in its log.",
            ""
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example: adit tunnel --metrics 127.0.0.1:20241 ready",
            "",
            "Exit codes: 0 ready, 1 not ready or not to be reached, 2 called the wrong way."
        })
final class ReadyCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Override
    public Integer call() {
        Settings settings =
                GivenSettings.of(spec.commandLine(), System.getenv()).settings();
        if (!settings.isGiven("metrics")) {
            throw usage("--metrics has to be given: the address of the connector to ask");
        }
        String address = settings.textOf("metrics");
        String endpoint = (address.startsWith(AdminAddress.UNIX) ? address : "http://" + address) + "/ready";
        try {
            AdminAnswer answer = client(settings).ask("GET", "/ready", AdminServer.LIMIT);
            if (answer.status() == 200) {
                return CommandLine.ExitCode.OK;
            }
            spec.commandLine()
                    .getErr()
                    .println(endpoint + " endpoint returned status code " + answer.status() + "\n" + answer.body());
        } catch (IOException e) {
            spec.commandLine().getErr().println(spec.qualifiedName() + ": " + endpoint + ": " + e.getMessage());
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    private AdminClient client(Settings settings) {
        try {
            return AdminClient.of(AdminAddress.parse(settings.textOf("metrics")));
        } catch (IllegalArgumentException e) {
            throw usage(settings.place("metrics") + ": " + e.getMessage());
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
