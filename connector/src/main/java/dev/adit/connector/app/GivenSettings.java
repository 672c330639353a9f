package dev.adit.connector.app;

import dev.adit.connector.ingress.Ingress;
import dev.adit.connector.ingress.IngressReader;
import dev.adit.connector.settings.ConfigFile;
import dev.adit.connector.settings.FileWatch;
import dev.adit.connector.settings.KnownSettings;
import dev.adit.connector.settings.Settings;
import dev.adit.connector.settings.SettingsReader;
import dev.adit.proxy.config.ConfigNode;
import dev.adit.proxy.config.InvalidConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** All that a user gave for one command: on the command line, in the environment and in a configuration file. */
final class GivenSettings {
    /** The key of a file that names the tunnel, beside those of the settings and of the rules. */
    private static final String TUNNEL = "tunnel";

    private static final String CONFIG = "config";

    private static final Pattern OPTION = Pattern.compile("(?:--)?([a-z][a-z0-9-]*)");

    private final CommandLine command;
    private final Settings settings;
    private final Map<String, String> environment;
    private final List<Path> directories;
    private final @Nullable Path path;
    private final @Nullable FileWatch watch;
    private final @Nullable ConfigNode file;
    private final @Nullable String tunnel;
    private final List<String> warnings;

    private GivenSettings(CommandLine command, Map<String, String> environment) {
        this.command = command;
        this.environment = environment;
        directories = ConfigFile.directories(environment);
        SettingsReader reader = new SettingsReader(KnownSettings.ALL)
                .commandLine(SettingOptions.given(command))
                .environment(environment);
        String explicit = reader.settings().text(CONFIG);
        path = explicit == null ? ConfigFile.find(directories) : Path.of(explicit);
        // Before it is read, or a change between the two would go unseen.
        watch = path == null ? null : new FileWatch(path);
        file = path == null ? null : parse(path);
        tunnel = file == null ? null : file.string(TUNNEL);
        if (file != null) {
            reader.file(file);
            Set<String> known = new HashSet<>(SettingsReader.keys(KnownSettings.ALL));
            known.addAll(IngressReader.KEYS);
            known.add(TUNNEL);
            file.rejectUnknown(known);
        }
        if (!reader.problems().isEmpty()) {
            throw new ParameterException(command, String.join("\n", reader.problems()));
        }
        settings = reader.settings();
        warnings = new ArrayList<>(reader.warnings());
        warnings.addAll(SecretFiles.warnings(settings, path));
        if (file != null && file.has(CONFIG)) {
            warnings.add(path + ": " + CONFIG + ": a configuration file can't name another one, so this has no effect");
        }
    }

    /**
     * What was given for {@code command}, which has been parsed.
     *
     * @throws ParameterException if the command line or the environment has what can't be used
     * @throws BadInput if the configuration file can't be read
     */
    static GivenSettings of(CommandLine command, Map<String, String> environment) {
        return new GivenSettings(command, environment);
    }

    Settings settings() {
        return settings;
    }

    /** What has no effect, one sentence each. */
    List<String> warnings() {
        return warnings;
    }

    /** The configuration file; null if there is none. */
    @Nullable
    Path path() {
        return path;
    }

    /** Knows the configuration file as it was when it was read; null if there is none. */
    @Nullable
    FileWatch watch() {
        return watch;
    }

    /** The tunnel that the file names; null if it does not. */
    @Nullable
    String tunnel() {
        return tunnel;
    }

    /**
     * The refusal that {@code message} asks for, which begins with the option whose value is wrong: it names the place that
     * the value comes from, and a value of the file is no mistake in the call.
     */
    RuntimeException wrong(String message) {
        Matcher option = OPTION.matcher(message);
        String name = option.lookingAt() ? option.group(1) : "";
        Settings.Origin origin = settings.origin(name);
        if (origin == Settings.Origin.FILE) {
            return new BadInput(path + ": " + settings.place(name) + message.substring(option.end()));
        }
        boolean placed = origin == Settings.Origin.ENVIRONMENT;
        return new ParameterException(
                command, placed ? settings.place(name) + message.substring(option.end()) : message);
    }

    Identity identity() {
        return new Identity(settings, environment, directories);
    }

    /**
     * The rules to start with; null if there are none.
     *
     * @throws InvalidConfig if the file has problems, those of its settings included
     * @throws ParameterException if the one origin of the command line or the environment can't be used
     */
    @Nullable
    Ingress ingress() {
        if (file == null || !IngressReader.hasRules(file)) {
            if (file != null) {
                IngressReader.checkWithoutRules(file);
            }
            if (!Rules.isGiven(settings) || identity().isToken()) {
                warnOfOriginFlags();
            }
            return origin();
        }
        if (Rules.isGiven(settings)) {
            warnings.add(
                    "the file " + path + " has ingress rules, so --url, --hello-world and the like have no effect");
        } else {
            warnOfOriginFlags();
        }
        return IngressReader.local(file);
    }

    /**
     * The rule for the one origin that the settings name, which is all that is served; null if they name none.
     *
     * @throws InvalidConfig if the file has problems
     */
    @Nullable
    Ingress onlyOrigin() {
        if (file != null && IngressReader.hasRules(file)) {
            IngressReader.local(file);
        } else if (file != null) {
            IngressReader.checkWithoutRules(file);
        }
        return origin();
    }

    /** The rule for the one origin that the settings name, whatever the file says; null if they name none. */
    @Nullable
    Ingress origin() {
        try {
            return Rules.of(settings);
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    /** Otherwise nobody would notice that a rule checks the certificate which {@code --no-tls-verify} was meant for. */
    private void warnOfOriginFlags() {
        List<String> given = Rules.given(settings);
        if (!given.isEmpty()) {
            warnings.add(
                    String.join(", ", given) + ": only for the one origin of --url; the rules of a file and those of"
                            + " the edge have originRequest for it");
        }
    }

    private static ConfigNode parse(Path path) {
        String text;
        try {
            text = Files.readString(path);
        } catch (IOException e) {
            throw new BadInput("--config " + path + " can't be read: " + Daemon.reason(e));
        }
        if (text.isBlank()) {
            throw new BadInput("Configuration file " + path + " was empty");
        }
        try {
            return ConfigNode.yaml(path.toString(), text);
        } catch (InvalidConfig e) {
            throw new BadInput("error parsing YAML in config file at " + path + ": " + e.getMessage());
        }
    }
}
