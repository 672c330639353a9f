package dev.adit.connector.app;

import dev.adit.connector.settings.KnownSettings;
import dev.adit.connector.settings.Setting;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * {@code adit tunnel run} with settings and nothing else, which is what starts a connector. Built by hand: all commands
 * with all settings cost half a second of a processor, and reading the annotations of these three alone a tenth of one
 * (measured with JDK 17), before anything is dialed. Has no help, and nothing that picocli could find wrong.
 */
final class PlainRun {
    private static final List<String> PATH = List.of("tunnel", "run");

    private PlainRun() {}

    /** The command line for {@code args}, which {@link GoArguments} made; null if they ask for anything else. */
    static @Nullable CommandLine of(String... args) {
        Set<String> known =
                KnownSettings.ALL.stream().map(setting -> "--" + setting.name()).collect(Collectors.toSet());
        Set<String> given = new HashSet<>();
        List<String> words = new ArrayList<>();
        for (String arg : args) {
            int equals = arg.indexOf('=');
            if (!arg.startsWith("-")) {
                words.add(arg);
            } else if (equals > 0 && known.contains(arg.substring(0, equals))) {
                given.add(arg.substring(0, equals));
            } else {
                return null;
            }
        }
        boolean runs =
                words.size() >= PATH.size() && words.subList(0, PATH.size()).equals(PATH);
        return runs && words.size() <= PATH.size() + 1 ? commandLine(given) : null;
    }

    private static CommandLine commandLine(Set<String> given) {
        Predicate<Setting> wanted = setting -> given.contains("--" + setting.name());
        CommandSpec run = RunCommand.bareSpec();
        CommandSpec tunnel = CommandSpec.create();
        CommandSpec root = CommandSpec.create();
        List.of(run, tunnel, root).forEach(spec -> SettingOptions.addTo(spec, wanted, List.of()));
        tunnel.addSubcommand("run", run);
        root.addSubcommand("tunnel", tunnel);
        return new CommandLine(root);
    }
}
