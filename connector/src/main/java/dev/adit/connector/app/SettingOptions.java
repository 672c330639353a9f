package dev.adit.connector.app;

import dev.adit.connector.settings.KnownSettings;
import dev.adit.connector.settings.Setting;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The settings as options of commands. They may stand before {@code tunnel}, before {@code run} and after it. */
final class SettingOptions {
    private SettingOptions() {}

    /**
     * Lets {@code command} take every {@code wanted} setting but those whose name means something else there; its help shows
     * those of {@code shown}, which it is the usual place for.
     */
    static void addTo(CommandSpec command, Predicate<Setting> wanted, Collection<Setting> shown) {
        for (Setting setting : KnownSettings.ALL) {
            if (wanted.test(setting) && command.findOption("--" + setting.name()) == null) {
                command.addOption(option(setting, shown.contains(setting)));
            }
        }
    }

    private static OptionSpec option(Setting setting, boolean shown) {
        boolean used = setting.effect() == Setting.Effect.USED || setting.effect() == Setting.Effect.EXPERT;
        String variables = setting.variables().isEmpty() ? "" : " (" + String.join(", ", setting.variables()) + ")";
        return OptionSpec.builder("--" + setting.name())
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity(setting.kind() == Setting.Kind.SWITCH ? "0..1" : "1")
                .fallbackValue("true")
                .paramLabel(setting.label())
                // A percent sign would be read as a format.
                .description(setting.description().replace("%", "%%") + variables)
                .hidden(!shown || !used)
                .build();
    }

    /** What was given for each setting, by name: for {@code command} itself, else for the one above it. */
    static Map<String, List<String>> given(CommandLine command) {
        CommandLine above = command.getParent();
        Map<String, List<String>> given = above == null ? new HashMap<>() : given(above);
        for (Setting setting : KnownSettings.ALL) {
            OptionSpec option = command.getParseResult().matchedOption("--" + setting.name());
            // An option that a command declares itself is of another meaning, though of the same name.
            if (option != null && option.userObject() == null) {
                given.put(setting.name(), option.stringValues());
            }
        }
        return given;
    }
}
