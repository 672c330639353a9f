package dev.adit.connector.settings;

import dev.adit.proxy.config.GoDuration;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What was set, checked for its kind. Immutable. */
public final class Settings {
    /** The words for on and off that Go's flags take. */
    private static final List<String> ON = List.of("1", "t", "T", "TRUE", "true", "True");

    private static final List<String> OFF = List.of("0", "f", "F", "FALSE", "false", "False");

    /** Where a value comes from; the earlier counts. */
    public enum Origin {
        COMMAND_LINE,
        ENVIRONMENT,
        FILE,
        FALLBACK
    }

    /**
     * A value and where it comes from.
     *
     * @param origin the kind of place
     * @param place what a message calls it, such as {@code --loglevel} or {@code TUNNEL_LOGLEVEL}
     * @param texts the value; more than one text for a list only
     */
    record Given(Origin origin, String place, List<String> texts) {
        Given {
            texts = List.copyOf(texts);
        }

        /** Without the value, which may be a token. */
        @Override
        public String toString() {
            return place + " (" + origin + ")";
        }
    }

    private final Map<String, Given> given;

    Settings(Map<String, Given> given) {
        this.given = Map.copyOf(given);
    }

    /** Whether anybody gave it, whatever the value. */
    public boolean isGiven(String name) {
        Given value = given.get(name);
        return value != null && value.origin() != Origin.FALLBACK;
    }

    /** The names of all that anybody gave, sorted. */
    public List<String> givenNames() {
        return given.keySet().stream().filter(this::isGiven).sorted().toList();
    }

    /** Where the value of {@code name} comes from; null if there is none. */
    public @Nullable Origin origin(String name) {
        Given value = given.get(name);
        return value == null ? null : value.origin();
    }

    /** What a message calls the place of {@code name}'s value: {@code --name} if there is none. */
    public String place(String name) {
        Given value = given.get(name);
        return value == null ? "--" + name : value.place();
    }

    /** The value of a text; null if there is none. */
    public @Nullable String text(String name) {
        Given value = given.get(name);
        return value == null ? null : value.texts().get(0);
    }

    /** The value of a text that has a fallback. */
    public String textOf(String name) {
        return Objects.requireNonNull(text(name), name);
    }

    /** The names of what has another value in {@code later}, in alphabetical order. */
    public List<String> changedIn(Settings later) {
        Set<String> names = new TreeSet<>(given.keySet());
        names.addAll(later.given.keySet());
        names.removeIf(name -> list(name).equals(later.list(name)));
        return List.copyOf(names);
    }

    /** Whether a switch is on; off if nobody gave it. */
    public boolean isOn(String name) {
        String text = text(name);
        return text != null && ON.contains(text);
    }

    /** Whether {@code text} switches off. */
    static boolean isOff(String text) {
        return OFF.contains(text);
    }

    /** The value of a number that has a fallback. */
    public int number(String name) {
        return Integer.parseInt(textOf(name));
    }

    /** The value of a duration that has a fallback or is given. */
    public Duration duration(String name) {
        return Objects.requireNonNull(GoDuration.parse(textOf(name)), name);
    }

    /** The values of a list; empty if there are none. */
    public List<String> list(String name) {
        Given value = given.get(name);
        return value == null ? List.of() : value.texts();
    }

    /** What is wrong with {@code text} as a value of {@code setting}; null if nothing. */
    static @Nullable String flaw(Setting setting, String text) {
        if (setting.isPath() && (text.isEmpty() || text.indexOf('\0') >= 0)) {
            return " must name a file or directory, was " + (text.isEmpty() ? "empty" : "a text with a zero character");
        }
        Setting.Kind kind = setting.kind();
        boolean fits = switch (kind) {
            case TEXT, LIST -> true;
            case SWITCH -> ON.contains(text) || OFF.contains(text);
            case NUMBER -> text.matches("-?[0-9]{1,10}") && Long.parseLong(text) == (int) Long.parseLong(text);
            case DURATION -> GoDuration.parse(text) != null;
        };
        if (fits) {
            return null;
        }
        String wanted = switch (kind) {
            case SWITCH -> "true or false";
            case NUMBER -> "a whole number";
            default -> "a duration such as 30s or 1m30s";
        };
        return " must be " + wanted + ", was \"" + text + "\"";
    }
}
