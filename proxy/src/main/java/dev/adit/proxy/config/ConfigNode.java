package dev.adit.proxy.config;

import dev.adit.proxy.config.ConfigValue.ListValue;
import dev.adit.proxy.config.ConfigValue.MapValue;
import dev.adit.proxy.config.ConfigValue.NullValue;
import dev.adit.proxy.config.ConfigValue.ScalarType;
import dev.adit.proxy.config.ConfigValue.ScalarValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A typed view of one value of a parsed document.
 *
 * <p>Accessors never throw: a value of the wrong type counts as not set and is noted in {@link #problems()}, so that
 * one reading finds every mistake. Presence decides: {@code false}, {@code 0} and {@code ""} are given, {@code null} is
 * not set.
 */
public final class ConfigNode {
    private static final int MOST_QUOTED_CHARS = 80;

    private final Document document;
    private final String path;
    private final int line;
    private final ConfigValue value;

    ConfigNode(Document document, String path, int line, ConfigValue value) {
        this.document = document;
        this.path = path;
        this.line = line;
        this.value = value;
    }

    /**
     * Parses YAML, where a duration is Go text or whole seconds.
     *
     * @param source what the problems call the document, usually its file name
     * @throws InvalidConfig if the text is not one YAML document
     */
    public static ConfigNode yaml(String source, String text) {
        return ConfigParser.parse(new Document(source, false), text);
    }

    /**
     * Parses JSON, where a duration is a whole number of seconds.
     *
     * @param source what the problems call the document
     * @throws InvalidConfig if the text is not one JSON value
     */
    public static ConfigNode json(String source, String text) {
        return ConfigParser.parse(new Document(source, true), text);
    }

    /** What is wrong with the document so far, shared by all its nodes. */
    public ConfigProblems problems() {
        return document.problems;
    }

    /** Where the value is, such as {@code ingress[1].service}; empty for the document itself. */
    public String path() {
        return path;
    }

    /** The line of the key or list item, from 1. */
    public int line() {
        return line;
    }

    public boolean isMap() {
        return value instanceof MapValue;
    }

    public boolean isList() {
        return value instanceof ListValue;
    }

    /** Whether the value is what a key that is left out often means: false, 0, null or empty. */
    public boolean isBlank() {
        if (value instanceof ScalarValue scalar) {
            return scalar.type() == ScalarType.FALSE
                    || scalar.text().isEmpty()
                    || scalar.text().equals("0");
        }
        return value instanceof NullValue
                || (value instanceof MapValue map && map.entries().isEmpty())
                || (value instanceof ListValue list && list.items().isEmpty());
    }

    /** Notes that this value is wrong. */
    public void problem(String message) {
        document.problems.add(line, path, message);
    }

    /** Notes that the value of {@code key} is wrong, or missing. */
    public void problem(String key, String message) {
        ConfigNode child = entry(key);
        document.problems.add(child == null ? line : child.line, ConfigParser.join(path, key), message);
    }

    /** The keys of this map, also those that are null; empty if this is no map. */
    public Set<String> keys() {
        return value instanceof MapValue map ? map.entries().keySet() : Set.of();
    }

    /** Notes a problem for each key that is not among {@code known}. */
    public void rejectUnknown(Collection<String> known) {
        for (String key : keys()) {
            if (!known.contains(key)) {
                String nearest = NearestName.among(known, key);
                problem(key, "unknown key" + (nearest == null ? "" : ", did you mean \"" + nearest + "\"?"));
            }
        }
    }

    /** Whether {@code key} is given, whatever its type. */
    public boolean has(String key) {
        return child(key) != null;
    }

    /** The value of {@code key}, whatever its type; null if not set. */
    public @Nullable ConfigNode child(String key) {
        ConfigNode child = entry(key);
        return child == null || child.value instanceof NullValue ? null : child;
    }

    /** The map at {@code key}; null if not set. */
    public @Nullable ConfigNode map(String key) {
        ConfigNode child = child(key);
        if (child != null && !child.isMap()) {
            child.problem(child.description() + " is not a map");
            return null;
        }
        return child;
    }

    /** The items of the list at {@code key}; empty if not set. An item may be null: see {@link #isMap()}. */
    public List<ConfigNode> list(String key) {
        ConfigNode child = child(key);
        if (child == null) {
            return List.of();
        }
        if (child.value instanceof ListValue list) {
            return list.items();
        }
        child.problem(child.description() + " is not a list");
        return List.of();
    }

    /** The texts of the list at {@code key}, or the one text that is there instead of a list; empty if not set. */
    public List<String> strings(String key) {
        ConfigNode child = child(key);
        if (child != null && child.value instanceof ScalarValue) {
            String only = child.string();
            return only == null ? List.of() : List.of(only);
        }
        List<String> texts = new ArrayList<>();
        for (ConfigNode item : list(key)) {
            String text = item.string();
            if (text != null) {
                texts.add(text);
            }
        }
        return texts;
    }

    /** The text at {@code key}; null if not set. */
    public @Nullable String string(String key) {
        ConfigNode child = child(key);
        return child == null ? null : child.string();
    }

    /** This value as text. In YAML every scalar is one, as it is written. */
    public @Nullable String string() {
        if (value instanceof ScalarValue scalar && (scalar.type() == ScalarType.TEXT || !document.json)) {
            return scalar.text();
        }
        problem(description() + " is not a text");
        return null;
    }

    /** The whole number from {@code least} to {@code most} at {@code key}; null if not set. */
    public @Nullable Integer integer(String key, int least, int most) {
        ConfigNode child = child(key);
        return child == null ? null : child.integer(least, most);
    }

    /** This value as a whole number from {@code least} to {@code most}; null if it is none. */
    public @Nullable Integer integer(int least, int most) {
        Long number = wholeNumber();
        if (number == null || number < least || number > most) {
            problem(description() + " is not a whole number from " + least + " to " + most);
            return null;
        }
        return number.intValue();
    }

    /** The truth value at {@code key}; null if not set. */
    public @Nullable Boolean bool(String key) {
        ConfigNode child = child(key);
        if (child == null) {
            return null;
        }
        if (child.value instanceof ScalarValue scalar && scalar.type() == ScalarType.TRUE) {
            return Boolean.TRUE;
        }
        if (child.value instanceof ScalarValue scalar && scalar.type() == ScalarType.FALSE) {
            return Boolean.FALSE;
        }
        child.problem(child.description() + " is neither true nor false");
        return null;
    }

    /** The duration at {@code key}, which may be zero or negative; null if not set. */
    public @Nullable Duration duration(String key) {
        ConfigNode child = child(key);
        return child == null ? null : child.duration();
    }

    private @Nullable Duration duration() {
        Long seconds = wholeNumber();
        if (seconds != null && Math.abs(seconds) <= Long.MAX_VALUE / 1_000_000_000L) {
            return Duration.ofSeconds(seconds);
        }
        if (document.json) {
            problem(description() + " is not a whole number of seconds");
            return null;
        }
        Duration duration = value instanceof ScalarValue scalar && scalar.type() == ScalarType.TEXT
                ? GoDuration.parse(scalar.text())
                : null;
        if (duration == null) {
            problem(description() + " is not a duration such as 30s, 1m30s or 500ms, nor a whole number of seconds");
        }
        return duration;
    }

    /** Leading zeros are refused: YAML 1.1 takes them for octal, people don't. */
    private @Nullable Long wholeNumber() {
        if (value instanceof ScalarValue scalar
                && scalar.type() == ScalarType.NUMBER
                && scalar.text().matches("-?(0|[1-9][0-9]{0,17})")) {
            return Long.valueOf(scalar.text());
        }
        return null;
    }

    private @Nullable ConfigNode entry(String key) {
        return value instanceof MapValue map ? map.entries().get(key) : null;
    }

    /** What the value is, for the start of a message. */
    private String description() {
        if (value instanceof ScalarValue scalar) {
            String text = scalar.text().length() <= MOST_QUOTED_CHARS
                    ? scalar.text()
                    : scalar.text().substring(0, MOST_QUOTED_CHARS) + "…";
            return scalar.type() == ScalarType.TEXT ? '"' + text + '"' : text;
        }
        return value instanceof MapValue ? "a map" : value instanceof ListValue ? "a list" : "null";
    }

    /** The same value at another place of the document. */
    ConfigNode at(String newPath, ConfigParser counter) {
        counter.countNode();
        ConfigValue moved = value;
        if (value instanceof MapValue map) {
            Map<String, ConfigNode> entries = new LinkedHashMap<>();
            map.entries().forEach((key, child) -> entries.put(key, child.at(ConfigParser.join(newPath, key), counter)));
            moved = new MapValue(entries);
        } else if (value instanceof ListValue list) {
            List<ConfigNode> items = new ArrayList<>();
            list.items().forEach(item -> items.add(item.at(newPath + '[' + items.size() + ']', counter)));
            moved = new ListValue(items);
        }
        return new ConfigNode(document, newPath, line, moved);
    }

    ConfigValue value() {
        return value;
    }

    /** What all nodes of a document share. */
    static final class Document {
        final ConfigProblems problems;
        final boolean json;

        Document(String source, boolean json) {
            this.problems = new ConfigProblems(source);
            this.json = json;
        }
    }
}
