package dev.adit.connector.settings;

import dev.adit.connector.settings.Settings.Given;
import dev.adit.connector.settings.Settings.Origin;
import dev.adit.proxy.config.ConfigNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the value of each setting: command line over environment over file over fallback. Presence decides. */
public final class SettingsReader {
    private final List<Setting> known;
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final Map<String, Given> found = new HashMap<>();

    /** Reads the settings {@code known}. */
    public SettingsReader(List<Setting> known) {
        this.known = List.copyOf(known);
    }

    /** What is wrong with the command line and the environment, in sentences that name the place. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** What was given and has no effect. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** The keys of a configuration file that are settings. */
    public static Set<String> keys(List<Setting> known) {
        Set<String> keys = new HashSet<>();
        known.forEach(setting -> keys.addAll(setting.names()));
        return Set.copyOf(keys);
    }

    /** Takes {@code texts} as given on the command line for each name in it. */
    public SettingsReader commandLine(Map<String, List<String>> texts) {
        for (Setting setting : known) {
            List<String> given = texts.get(setting.name());
            if (given != null) {
                offer(setting, new Given(Origin.COMMAND_LINE, "--" + setting.name(), values(setting, given)));
            }
        }
        return this;
    }

    /** Takes what {@code variables} has for settings that have no value yet; an empty variable is not set. */
    public SettingsReader environment(Map<String, String> variables) {
        for (Setting setting : known) {
            for (String variable : setting.variables()) {
                String text = variables.get(variable);
                if (text != null && !text.isEmpty() && !found.containsKey(setting.name())) {
                    offer(setting, new Given(Origin.ENVIRONMENT, variable, values(setting, List.of(text))));
                }
            }
        }
        return this;
    }

    /** Takes what {@code document} has for settings that have no value yet; what is wrong is noted in the document. */
    public SettingsReader file(ConfigNode document) {
        for (Setting setting : known) {
            for (String key : setting.names()) {
                if (!document.has(key)) {
                    continue;
                }
                List<String> texts = texts(document, key, setting);
                if (isRefused(setting, texts)) {
                    document.problem(key, setting.description());
                } else if (texts != null && !found.containsKey(setting.name())) {
                    String flaw = flaw(setting, texts);
                    if (flaw == null) {
                        offer(setting, new Given(Origin.FILE, key, texts));
                    } else {
                        document.problem(key, flaw.strip());
                    }
                }
            }
        }
        return this;
    }

    /** All values, with the fallbacks of those that nobody gave. */
    public Settings settings() {
        Map<String, Given> all = new HashMap<>(found);
        for (Setting setting : known) {
            String fallback = setting.fallback();
            if (fallback != null) {
                all.putIfAbsent(setting.name(), new Given(Origin.FALLBACK, "--" + setting.name(), List.of(fallback)));
            }
        }
        return new Settings(all);
    }

    private void offer(Setting setting, Given given) {
        if (isRefused(setting, given.texts())) {
            problems.add(given.place() + ": " + setting.description());
            return;
        }
        if (setting.effect() == Setting.Effect.IGNORED) {
            warnings.add(given.place() + " has no effect");
        }
        String flaw = flaw(setting, given.texts());
        if (flaw == null) {
            found.put(setting.name(), given);
        } else {
            problems.add(given.place() + flaw);
        }
    }

    /** Whether something is wanted that is not offered; a switch that is off wants nothing. */
    private static boolean isRefused(Setting setting, @Nullable List<String> texts) {
        return setting.effect() == Setting.Effect.REFUSED
                && texts != null
                && !(setting.kind() == Setting.Kind.SWITCH && texts.stream().allMatch(Settings::isOff));
    }

    private static @Nullable String flaw(Setting setting, List<String> texts) {
        if (setting.effect() == Setting.Effect.IGNORED) {
            return null;
        }
        return texts.stream()
                .map(text -> Settings.flaw(setting, text))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static List<String> values(Setting setting, List<String> texts) {
        if (setting.kind() != Setting.Kind.LIST) {
            // As with Go's flags, the last one counts.
            return List.of(texts.get(texts.size() - 1));
        }
        List<String> parts = new ArrayList<>();
        texts.forEach(text -> parts.addAll(List.of(text.split(",", -1))));
        return parts;
    }

    /** The value in the file as texts of the setting's kind; null if it is of another kind, which is then noted. */
    private static @Nullable List<String> texts(ConfigNode document, String key, Setting setting) {
        return switch (setting.kind()) {
            case TEXT -> one(document.string(key));
            case SWITCH -> {
                Boolean on = document.bool(key);
                yield on == null ? null : List.of(on.toString());
            }
            case NUMBER -> {
                Integer number = document.integer(key, Integer.MIN_VALUE, Integer.MAX_VALUE);
                yield number == null ? null : List.of(number.toString());
            }
            case DURATION -> {
                Duration duration = document.duration(key);
                yield duration == null ? null : List.of(duration.toNanos() + "ns");
            }
            case LIST -> document.strings(key);
        };
    }

    private static @Nullable List<String> one(@Nullable String text) {
        return text == null ? null : List.of(text);
    }
}
