package dev.adit.connector.app;

import dev.adit.connector.logging.LogProvider;
import dev.adit.connector.settings.KnownSettings;
import dev.adit.proxy.net.TlsContexts;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command line. */
@Command(
        name = "adit",
        description = "Makes services behind NAT reachable through a tunnel, and is their reverse proxy.",
        subcommands = {TunnelCommand.class, Main.VersionCommand.class, AutoComplete.GenerateCompletion.class},
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
        LogProvider.choose();
        if (List.of(args).contains("run")) {
            new DefaultThreadFactory("adit-tls", true)
                    .newThread(TlsContexts::prepare)
                    .start();
        }
        System.exit(commandLine(Program.ofProcess(), args).execute(normalize(args)));
    }

    /** For {@code args} as they were given; of the commands that they don't call, the settings are left out. */
    static CommandLine commandLine(Program program, String... args) {
        CommandLine plain = PlainRun.of(normalize(args));
        CommandLine root = plain == null ? everything(new HashSet<>(List.of(args))) : plain;
        program.applyTo(root);
        // GoArguments has settled which argument belongs to which option.
        Failures failures = new Failures(program);
        return root.setAllowOptionsAsOptionParameters(true)
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures);
    }

    private static CommandLine everything(Set<String> words) {
        CommandLine root = new CommandLine(new Main());
        addOthers(root);
        boolean completes = words.contains("generate-completion");
        addSettings(root, name -> completes || words.contains(name));
        RefusedCommand.addTo(root, words);
        // cloudflared's third way to ask for the version.
        root.getCommandSpec()
                .addOption(
                        OptionSpec.builder("-v").versionHelp(true).hidden(true).build());
        return root;
    }

    private static void addOthers(CommandLine root) {
        CommandLine tunnel = Objects.requireNonNull(root.getSubcommands().get("tunnel"));
        List.of(
                        new CreateCommand(),
                        new ListCommand(),
                        new InfoCommand(),
                        new DeleteCommand(),
                        new CleanupCommand(),
                        new TokenCommand(),
                        new RouteCommand(),
                        new ReadyCommand(),
                        new DiagCommand())
                .forEach(tunnel::addSubcommand);
        List.of(new TrustCommand(), new CheckCommand(), new DiagCommand(), new ServiceCommand())
                .forEach(root::addSubcommand);
    }

    /** Every command takes every setting, as cloudflared's do, and its help shows those that it uses. */
    private static void addSettings(CommandLine command, Predicate<String> called) {
        CommandSpec spec = command.getCommandSpec();
        boolean runs = spec.userObject() instanceof RunCommand
                || spec.userObject() instanceof CheckCommand
                || spec.userObject() instanceof DiagCommand;
        boolean manages = spec.userObject() instanceof Managing;
        SettingOptions.addTo(
                spec, setting -> true, runs ? KnownSettings.shown() : manages ? KnownSettings.managing() : List.of());
        command.getSubcommands().forEach((name, below) -> {
            if (called.test(name) && !name.equals("generate-completion")) {
                addSettings(below, called);
            }
        });
    }

    /** The arguments as picocli takes them. */
    static String[] normalize(String... args) {
        return new GoArguments(KnownSettings.ALL).normalize(args);
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
