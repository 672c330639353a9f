package dev.adit.connector.app;

import dev.adit.connector.account.AccountFailure;
import dev.adit.connector.service.ServiceProblem;
import dev.adit.connector.settings.KnownSettings;
import dev.adit.proxy.config.InvalidConfig;
import java.util.List;
import java.util.Objects;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line. */
@Command(
        name = "adit",
        description = "Makes services behind NAT reachable through a tunnel, and is their reverse proxy.",
        subcommands = {
            TunnelCommand.class,
            TrustCommand.class,
            CheckCommand.class,
            DiagCommand.class,
            ServiceCommand.class,
            Main.VersionCommand.class,
            AutoComplete.GenerateCompletion.class
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Start with one of these:",
            "  adit tunnel --url http://localhost:8080         show a local service to the world for a while",
            "  adit tunnel run --token-file ci.token           serve a tunnel that is there",
            "  adit tunnel create --help                       make a tunnel",
            "  source <(adit generate-completion)              let the shell complete commands and options",
            "",
            "Exit codes: 0 done or stopped, 1 failed, 2 called the wrong way."
        })
public final class Main implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    /** Runs the command and ends the process with its exit code: 0 stopped, 1 failed, 2 called the wrong way. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(normalize(args)));
    }

    static CommandLine commandLine() {
        return commandLine(Program.ofProcess());
    }

    static CommandLine commandLine(Program program) {
        CommandLine root = new CommandLine(new Main());
        CommandLine tunnel = sub(root, "tunnel");
        SettingOptions.addTo(root.getCommandSpec(), List.of());
        for (CommandLine command : root.getSubcommands().values()) {
            addSettings(command);
        }
        RefusedCommand.addToRoot(root);
        RefusedCommand.addToTunnel(tunnel);
        RefusedCommand.addToRoute(sub(tunnel, "route"));
        // cloudflared's third way to ask for the version.
        root.getCommandSpec()
                .addOption(
                        OptionSpec.builder("-v").versionHelp(true).hidden(true).build());
        program.applyTo(root);
        // GoArguments has settled which argument belongs to which option.
        return root.setAllowOptionsAsOptionParameters(true)
                .setExecutionExceptionHandler((error, command, parsed) -> explain(error, command))
                .setParameterExceptionHandler((error, args) -> usage(error, program));
    }

    /** Every command takes every setting, as cloudflared's do, and its help shows those that it uses. */
    private static void addSettings(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        if (spec.userObject() instanceof AutoComplete.GenerateCompletion) {
            return;
        }
        boolean runs = spec.userObject() instanceof RunCommand
                || spec.userObject() instanceof CheckCommand
                || spec.userObject() instanceof DiagCommand;
        boolean manages = spec.userObject() instanceof Managing;
        SettingOptions.addTo(spec, runs ? KnownSettings.shown() : manages ? KnownSettings.managing() : List.of());
        command.getSubcommands().values().forEach(Main::addSettings);
    }

    private static CommandLine sub(CommandLine command, String name) {
        return Objects.requireNonNull(command.getSubcommands().get(name), name);
    }

    /** The arguments as picocli takes them. */
    static String[] normalize(String... args) {
        return new GoArguments(KnownSettings.ALL).normalize(args);
    }

    private static int explain(Exception error, CommandLine command) {
        if (error instanceof BadInput
                || error instanceof InvalidConfig
                || error instanceof AccountFailure
                || error instanceof ServiceProblem) {
            command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + error.getMessage());
        } else {
            error.printStackTrace(command.getErr());
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static int usage(ParameterException error, Program program) {
        CommandLine command = error.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        command.getErr().println(name + ": " + error.getMessage());
        if (error instanceof MissingCommand) {
            command.usage(command.getErr());
            return program.usageExitCode();
        }
        UnmatchedArgumentException.printSuggestions(error, command.getErr());
        command.getErr().println("See '" + name + " --help'.");
        return program.usageExitCode();
    }

    @Override
    public void run() {
        throw new MissingCommand(spec.commandLine(), "missing command");
    }

    /** Prints the version. */
    @Command(name = "version", description = "Prints the version.", mixinStandardHelpOptions = true)
    static final class VersionCommand implements Runnable {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
        private CommandSpec spec;

        @Option(
                names = {"--short", "-s"},
                description = "Print the number and nothing else.")
        private boolean brief;

        @Override
        public void run() {
            spec.commandLine().getOut().println(brief ? Version.text() : spec.version()[0]);
        }
    }
}
