package dev.adit.connector.app;

import dev.adit.connector.account.QuickService;
import dev.adit.connector.account.QuickService.QuickTunnel;
import dev.adit.connector.account.WebClient;
import dev.adit.connector.settings.Settings;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code adit tunnel}: groups what has to do with tunnels, and serves a quick one if only an origin is given. */
@Command(
        name = "tunnel",
        description = {
            "Serves and manages tunnels.",
            "",
            "Without a command but with --url or --hello-world it serves a quick tunnel: one for tests, without an"
                    + " account, whose address is printed and ends with the program.",
            ""
        },
        subcommands = {
            RunCommand.class,
            ReadyCommand.class,
            DiagCommand.class,
            IngressCommand.class,
            CreateCommand.class,
            ListCommand.class,
            InfoCommand.class,
            DeleteCommand.class,
            CleanupCommand.class,
            TokenCommand.class,
            RouteCommand.class
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "[COMMAND]",
        footer = {
            "",
            "A tunnel of your own, from nothing to the first request:",
            "  adit tunnel --api-token-file api.token create ci",
            "  adit tunnel --api-token-file api.token route dns ci ci.example.com",
            "  adit tunnel --url http://localhost:8080 run --credentials-file ID.json",
            "",
            "A quick tunnel:",
            "  adit tunnel --url http://localhost:8080",
            "",
            "Exit codes: 0 done or stopped, 1 failed, 2 called the wrong way."
        })
final class TunnelCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine command = spec.commandLine();
        GivenSettings given = GivenSettings.of(command, System.getenv());
        Settings settings = given.settings();
        String service = settings.textOf("quick-service");
        if (Rules.isGiven(settings) && !service.isEmpty()) {
            return RunCommand.serve(spec, quickTunnel(service));
        }
        if (given.tunnel() != null) {
            throw new ParameterException(
                    command,
                    "the file " + given.path() + " names a tunnel: serve it with '" + spec.qualifiedName() + " run'");
        }
        throw new MissingCommand(
                command, "missing command, or --url for a quick tunnel, or 'run' for one that is there already");
    }

    private QuickTunnel quickTunnel(String service) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("Requesting new quick Tunnel on " + service + " ...");
        QuickTunnel quick;
        try {
            quick = new QuickService(
                            new WebClient("cloudflared/" + Version.text()),
                            WebClient.address("--quick-service", service))
                    .request();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
        List<String> lines = List.of(
                "Your quick Tunnel has been created! Visit it at (it may take some time to be reachable):",
                "https://" + quick.hostname());
        int width = lines.stream().mapToInt(String::length).max().orElse(0);
        String border = "+" + "-".repeat(width + 4) + "+";
        err.println(border);
        lines.forEach(line -> err.println("|  " + line + " ".repeat(width - line.length()) + "  |"));
        err.println(border);
        err.flush();
        return quick;
    }
}
