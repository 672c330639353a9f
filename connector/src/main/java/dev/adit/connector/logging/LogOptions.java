package dev.adit.connector.logging;

import dev.adit.connector.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a process logs.
 *
 * @param thresholds from which level on; can be changed later
 * @param console the form on standard error
 * @param file written beside standard error, always as JSON; null for none
 * @param ignored a log directory that was given beside a log file and is not used; null if there is none
 */
public record LogOptions(
        LogThresholds thresholds,
        Console console,
        @Nullable LogFile file,
        @Nullable Path ignored) {
    private static final Path ERROR_STREAM = Path.of("/proc/self/fd/2");

    /** What standard error gets. */
    sealed interface Console {
        /** {@link TextForm}. */
        record Text(ZoneId zone, boolean colored) implements Console {}

        /** {@link JsonForm}. */
        record Json() implements Console {}

        /** The form itself. */
        default LineForm form() {
            return this instanceof Text text ? new TextForm(text.zone(), text.colored()) : new JsonForm();
        }
    }

    /**
     * What {@code settings} say; {@code environment} is asked for what is not ours, such as {@code NO_COLOR}.
     *
     * @throws IllegalArgumentException if one is wrong; the message says which and how
     */
    public static LogOptions read(Settings settings, Map<String, String> environment) {
        String path = given(settings, "logfile");
        String directory = given(settings, "log-directory");
        LogFile inDirectory = directory == null
                ? null
                : LogFile.in(
                        Path.of(directory),
                        between(settings, "log-max-size", 1, 1024),
                        between(settings, "log-max-files", 0, 1000));
        return new LogOptions(
                thresholds(settings),
                console(settings, environment),
                path == null ? inDirectory : LogFile.single(Path.of(path)),
                path == null || directory == null ? null : Path.of(directory));
    }

    private static LogThresholds thresholds(Settings settings) {
        LogThresholds usual = LogThresholds.of(LogLevel.parse(settings.place("loglevel"), settings.textOf("loglevel")))
                .withAccess(settings.isOn("access-log"));
        String transport = settings.text("transport-loglevel");
        return transport == null
                ? usual
                : usual.withTransport(LogLevel.parse(settings.place("transport-loglevel"), transport));
    }

    private static Console console(Settings settings, Map<String, String> environment) {
        String output = settings.textOf("output");
        ZoneId zone = zone(settings);
        return switch (output) {
            case "default" -> new Console.Text(zone, takesColors(environment));
            case "json" -> new Console.Json();
            default ->
                throw new IllegalArgumentException(
                        settings.place("output") + " must be default or json, was \"" + output + "\"");
        };
    }

    /** Whether a person looks at it, and takes colors: {@code environment} may say no as no-color.org has it. */
    private static boolean takesColors(Map<String, String> environment) {
        if (!environment.getOrDefault("NO_COLOR", "").isEmpty() || "dumb".equals(environment.get("TERM"))) {
            return false;
        }
        try {
            String target = Files.readSymbolicLink(ERROR_STREAM).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException e) {
            // Not Linux, so not known.
            return false;
        }
    }

    private static ZoneId zone(Settings settings) {
        String name = settings.textOf("log-timezone");
        if (name.equalsIgnoreCase("UTC")) {
            return ZoneOffset.UTC;
        }
        try {
            return name.equals("local") ? ZoneId.systemDefault() : ZoneId.of(name);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    settings.place("log-timezone") + " must be UTC, local, or a zone such as Europe/Berlin, was \""
                            + name + "\"",
                    e);
        }
    }

    private static int between(Settings settings, String name, int least, int most) {
        int number = settings.number(name);
        if (number < least || number > most) {
            throw new IllegalArgumentException(
                    settings.place(name) + " must be " + least + " to " + most + ", was " + number);
        }
        return number;
    }

    private static @Nullable String given(Settings settings, String name) {
        String text = settings.text(name);
        return text == null || text.isEmpty() ? null : text;
    }
}
