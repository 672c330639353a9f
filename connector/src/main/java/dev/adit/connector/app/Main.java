package dev.adit.connector.app;

import dev.adit.connector.service.ServiceProblem;
import dev.adit.connector.settings.KnownSettings;
import dev.adit.proxy.config.InvalidConfig;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line. */
@Command(
        name = "adit",
        description = "Makes services behind NAT reachable through a tunnel, and is their reverse proxy.",
        subcommands = {
            Main.TunnelCommand.class,
            CheckCommand.class,
            DiagCommand.class,
            ServiceCommand.class,
            Main.VersionCommand.class,
            AutoComplete.GenerateCompletion.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.VersionText.class,
        synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    /** Runs the command and ends the process with its exit code: 0 stopped, 1 failed, 2 called the wrong way. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(normalize(args)));
    }

    static CommandLine commandLine() {
        CommandLine root = new CommandLine(new Main());
        CommandLine tunnel = sub(root, "tunnel");
        SettingOptions.addTo(root.getCommandSpec(), false);
        SettingOptions.addTo(tunnel.getCommandSpec(), false);
        SettingOptions.addTo(sub(tunnel, "run").getCommandSpec(), true);
        SettingOptions.addTo(sub(tunnel, "ready").getCommandSpec(), false);
        CommandLine service = sub(root, "service");
        for (CommandLine command : List.of(sub(root, "check"), sub(root, "diag"), sub(tunnel, "diag"))) {
            SettingOptions.addTo(command.getCommandSpec(), true);
        }
        SettingOptions.addTo(service.getCommandSpec(), false);
        SettingOptions.addTo(sub(service, "install").getCommandSpec(), false);
        CommandLine ingress = sub(tunnel, "ingress");
        for (CommandLine command : List.of(ingress, sub(ingress, "validate"), sub(ingress, "rule"))) {
            SettingOptions.addTo(command.getCommandSpec(), false);
        }
        // GoArguments has settled which argument belongs to which option.
        return root.setAllowOptionsAsOptionParameters(true)
                .setExecutionExceptionHandler((error, command, parsed) -> explain(error, command))
                .setParameterExceptionHandler(Main::usage);
    }

    private static CommandLine sub(CommandLine command, String name) {
        return Objects.requireNonNull(command.getSubcommands().get(name), name);
    }

    /** The arguments as picocli takes them. */
    static String[] normalize(String... args) {
        return new GoArguments(KnownSettings.ALL).normalize(args);
    }

    private static int explain(Exception error, CommandLine command) {
        if (error instanceof BadInput || error instanceof InvalidConfig || error instanceof ServiceProblem) {
            command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + error.getMessage());
        } else {
            error.printStackTrace(command.getErr());
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static int usage(ParameterException error, String[] args) {
        CommandLine command = error.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        command.getErr().println(name + ": " + error.getMessage());
        UnmatchedArgumentException.printSuggestions(error, command.getErr());
        command.getErr().println("See '" + name + " --help'.");
        return CommandLine.ExitCode.USAGE;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "missing command");
    }

    /** Groups what has to do with tunnels. */
    @Command(
            name = "tunnel",
            description = "Serves tunnels.",
            subcommands = {RunCommand.class, ReadyCommand.class, DiagCommand.class, IngressCommand.class},
            mixinStandardHelpOptions = true,
            synopsisSubcommandLabel = "COMMAND")
    static final class TunnelCommand implements Runnable {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
        private CommandSpec spec;

        @Override
        public void run() {
            throw new ParameterException(spec.commandLine(), "missing command");
        }
    }

    /** Prints the version. */
    @Command(name = "version", description = "Prints the version.", mixinStandardHelpOptions = true)
    static final class VersionCommand implements Runnable {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
        private CommandSpec spec;

        @Override
        public void run() {
            spec.commandLine().getOut().println(new VersionText().getVersion()[0]);
        }
    }

    /** Version, platform and JVM in one line. */
    static final class VersionText implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                String.format(
                        Locale.ROOT, "adit version %s (%s, JDK %s)", Version.text(), Version.arch(), Runtime.version())
            };
        }
    }
}
