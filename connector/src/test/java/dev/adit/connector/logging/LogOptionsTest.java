package dev.adit.connector.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.connector.settings.KnownSettings;
import dev.adit.connector.settings.SettingsReader;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LogOptionsTest {
    private static final Map<String, String> PLAIN = Map.of("NO_COLOR", "1");

    @Test
    void writesInfoAsTextInUtcByDefault() {
        LogOptions options = read();

        assertThat(options)
                .isEqualTo(new LogOptions(
                        new LogThresholds(LogLevel.INFO, LogLevel.INFO, LogLevel.DISABLED),
                        new LogOptions.Console.Text(ZoneOffset.UTC, false),
                        null,
                        null));
    }

    @Test
    void takesEverySetting() {
        LogOptions options = read(
                "loglevel", "error",
                "transport-loglevel", "debug",
                "output", "json",
                "access-log", "true",
                "log-directory", "/d",
                "log-max-size", "3",
                "log-max-files", "7");

        assertThat(options)
                .isEqualTo(new LogOptions(
                        new LogThresholds(LogLevel.ERROR, LogLevel.DEBUG, LogLevel.INFO),
                        new LogOptions.Console.Json(),
                        new LogFile(Path.of("/d/cloudflared.log"), 3 << 20, 7),
                        null));
        assertThat(read("log-timezone", "Europe/Berlin").console())
                .isEqualTo(new LogOptions.Console.Text(ZoneId.of("Europe/Berlin"), false));
        assertThat(read("log-timezone", "local").console())
                .isEqualTo(new LogOptions.Console.Text(ZoneId.systemDefault(), false));
    }

    @Test
    void aDirectoryHasCloudflaredsLimitsByDefault() {
        assertThat(read("log-directory", "/d").file())
                .isEqualTo(new LogFile(Path.of("/d/cloudflared.log"), 1 << 20, 5));
    }

    @Test
    void aFileWinsOverADirectory() {
        LogOptions options = read("logfile", "/f", "log-directory", "/d");

        assertThat(options.file()).isEqualTo(new LogFile(Path.of("/f"), 0, 0));
        assertThat(options.ignored()).isEqualTo(Path.of("/d"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"trace", "debug", "info", "warn", "error", "fatal", "panic", "disabled", "WARN"})
    void takesAllLevelsOfCloudflared(String level) {
        assertThat(read("loglevel", level).thresholds().general().text()).isEqualToIgnoringCase(level);
    }

    @ParameterizedTest
    @CsvSource({"debug,INFO", "info,INFO", "warn,WARN", "error,ERROR"})
    void transportIsAsSilentAsTheRestAndTellsNoDetailsUnasked(String level, LogLevel transport) {
        assertThat(read("loglevel", level).thresholds().transport()).isEqualTo(transport);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "loglevel           | loud | --loglevel must be debug, info, warn, error or fatal, was \"loud\"",
                "transport-loglevel | loud | --transport-loglevel must be debug, info, warn, error or fatal, was \"loud\"",
                "output             | xml  | --output must be default or json, was \"xml\"",
                "log-timezone       | Mars | --log-timezone must be UTC, local, or a zone such as Europe/Berlin, was \"Mars\""
            })
    void refusesWhatItDoesNotKnow(String name, String value, String message) {
        assertThatThrownBy(() -> read(name, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void refusesLimitsOutOfRange() {
        assertThatThrownBy(() -> read("log-directory", "/d", "log-max-size", "0"))
                .hasMessage("--log-max-size must be 1 to 1024, was 0");
        assertThatThrownBy(() -> read("log-directory", "/d", "log-max-files", "-1"))
                .hasMessage("--log-max-files must be 0 to 1000, was -1");
    }

    private static LogOptions read(String... namesAndValues) {
        Map<String, List<String>> given = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            given.put(namesAndValues[i], List.of(namesAndValues[i + 1]));
        }
        return LogOptions.read(
                new SettingsReader(KnownSettings.ALL).commandLine(given).settings(), PLAIN);
    }
}
