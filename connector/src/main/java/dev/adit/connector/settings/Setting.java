package dev.adit.connector.settings;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be set.
 *
 * @param names its long names, the first for the configuration file too; a name of one letter is a short option
 * @param kind what its value looks like
 * @param effect what giving it does
 * @param variables environment variables that give it, the first that is set counts
 * @param fallback the value if nobody gives one, or null
 * @param label what {@code --help} calls the value
 * @param description what {@code --help} says; for one that is refused, why
 */
public record Setting(
        List<String> names,
        Kind kind,
        Effect effect,
        List<String> variables,
        @Nullable String fallback,
        String label,
        String description) {
    private static final Set<String> PATHS = Set.of("FILE", "DIR", "PATH");

    /** What a value looks like. */
    public enum Kind {
        /** Any text. */
        TEXT,
        /** On or off; on the command line, the name alone is on. */
        SWITCH,
        /** A whole number. */
        NUMBER,
        /** A time as Go writes it, such as {@code 30s} or {@code 1m30s}. */
        DURATION,
        /** Texts; given several times, or once with commas between. */
        LIST
    }

    /** What giving a setting does. */
    public enum Effect {
        /** What it says. */
        USED,
        /** What it says, but few need it: not in the short help. */
        EXPERT,
        /** Nothing, and nobody misses it: accepted so that existing command lines and files work. */
        IGNORED,
        /** It is not offered: the connector does not start. */
        REFUSED
    }

    public Setting {
        names = List.copyOf(names);
        variables = List.copyOf(variables);
    }

    /** Whether the value is the name of a file or directory, which is what its label says. */
    boolean isPath() {
        return kind == Kind.TEXT && PATHS.contains(label);
    }

    /** The name in files, messages and code. */
    public String name() {
        return names.get(0);
    }

    /** A setting that is used, without variable, fallback or help so far. */
    static Setting of(Kind kind, String... names) {
        return new Setting(List.of(names), kind, Effect.USED, List.of(), null, kind.name(), "");
    }

    Setting expert() {
        return new Setting(names, kind, Effect.EXPERT, variables, fallback, label, description);
    }

    Setting ignored() {
        return new Setting(names, kind, Effect.IGNORED, variables, fallback, label, description);
    }

    Setting refused(String why) {
        return new Setting(names, kind, Effect.REFUSED, variables, fallback, label, why);
    }

    Setting from(String... environment) {
        return new Setting(names, kind, effect, List.of(environment), fallback, label, description);
    }

    Setting or(String value) {
        return new Setting(names, kind, effect, variables, value, label, description);
    }

    Setting says(String value, String text) {
        return new Setting(names, kind, effect, variables, fallback, value, text);
    }
}
