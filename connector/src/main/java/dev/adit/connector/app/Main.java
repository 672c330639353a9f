package dev.adit.connector.app;

import dev.adit.connector.settings.KnownSettings;
import dev.adit.connector.settings.Setting;
import dev.adit.proxy.net.TlsContexts;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
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
        if (List.of(args).contains("run")) {
            new DefaultThreadFactory("adit-tls", true)
                    .newThread(TlsContexts::prepare)
                    .start();
        }
        System.exit(commandLine(Program.ofProcess(), args).execute(normalize(args)));
    }

    /** The commands that {@code run} has nothing to do with, by name. */
    private static final List<String> OTHERS = List.of(
            "create", "list", "info", "delete", "cleanup", "token", "route", "trust", "ready", "diag", "check",
            "service");

    /**
     * The commands that {@code args} may call. Those whose name is not among them are left bare, and {@code run} is spared
     * the sight of those that it has nothing to do with: all commands with all settings cost half a second of a processor
     * (measured: adit version, JDK 17), before anything is dialed.
     */
    static CommandLine commandLine(Program program, String... args) {
        CommandLine root = new CommandLine(new Main());
        Set<String> words = new HashSet<>(List.of(args));
        if (!words.contains("run") || !Collections.disjoint(words, OTHERS)) {
            addOthers(root);
        }
        boolean completes = words.contains("generate-completion");
        addSettings(root, name -> completes || words.contains(name), wanted(args));
        RefusedCommand.addTo(root, words);
        // cloudflared's third way to ask for the version.
        root.getCommandSpec()
                .addOption(
                        OptionSpec.builder("-v").versionHelp(true).hidden(true).build());
        program.applyTo(root);
        // GoArguments has settled which argument belongs to which option.
        Failures failures = new Failures(program);
        return root.setAllowOptionsAsOptionParameters(true)
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures);
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
    private static void addSettings(CommandLine command, Predicate<String> called, Predicate<Setting> wanted) {
        CommandSpec spec = command.getCommandSpec();
        boolean runs = spec.userObject() instanceof RunCommand
                || spec.userObject() instanceof CheckCommand
                || spec.userObject() instanceof DiagCommand;
        boolean manages = spec.userObject() instanceof Managing;
        SettingOptions.addTo(
                spec, wanted, runs ? KnownSettings.shown() : manages ? KnownSettings.managing() : List.of());
        command.getSubcommands().forEach((name, below) -> {
            if (called.test(name) && !name.equals("generate-completion")) {
                addSettings(below, called, wanted);
            }
        });
    }

    /**
     * Only what is given, if that is {@code run} and nothing but settings: an option of picocli costs a millisecond at start-up, and there are
     * hundreds. All of them as soon as there is anything else, such as a wish for help or a name with a slip in it.
     */
    private static Predicate<Setting> wanted(String... args) {
        Set<String> given = new HashSet<>();
        for (String word : normalize(args)) {
            if (word.startsWith("-")) {
                int equals = word.indexOf('=');
                given.add(equals < 0 ? word : word.substring(0, equals));
            }
        }
        Set<String> names =
                KnownSettings.ALL.stream().map(setting -> "--" + setting.name()).collect(Collectors.toSet());
        return List.of(args).contains("run") && names.containsAll(given)
                ? setting -> given.contains("--" + setting.name())
                : setting -> true;
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
