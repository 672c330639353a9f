package dev.adit.connector.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.connector.settings.KnownSettings;
import dev.adit.connector.settings.Setting;
import dev.adit.connector.wire.TunnelSecret;
import dev.adit.connector.wire.TunnelToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.ParameterException;

/**
 * Every wrong input of the command line, of the environment and of a file: one sentence, the exit code, nothing started.
 * What is wrong for a setting follows from its kind; the rest is in tables.
 */
// A row that is accepted after all would serve for ever.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
final class WrongInputTest {
    private static final String SECRET = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA";

    private final Path directory;
    private final Path token;
    private final Path file;

    WrongInputTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        file = directory.resolve("config.yml");
        token = Files.writeString(
                directory.resolve("token"),
                new TunnelToken("account", new UUID(1, 2), TunnelSecret.of(new byte[32]), null).encode());
        Files.writeString(directory.resolve("text"), "no certificate");
        Files.writeString(directory.resolve("rules.yml"), "ingress: [{service: 'http://localhost:8080'}]\n");
        Files.writeString(directory.resolve("empty.yml"), "\n");
    }

    static Stream<Setting> flags() {
        return KnownSettings.ALL.stream().filter(setting -> sentence(setting) != null);
    }

    static Stream<Setting> keys() {
        return KnownSettings.ALL.stream();
    }

    @ParameterizedTest
    @MethodSource("flags")
    void ofAFlagIsNamed(Setting setting) {
        assertEnds(run("--" + setting.name() + "=" + wrong(setting)), 2, "--" + setting.name() + sentence(setting));
    }

    @ParameterizedTest
    @MethodSource("flags")
    void ofTheEnvironmentIsNamed(Setting setting) {
        String value = wrong(setting);
        for (String variable : setting.variables()) {
            // An empty variable is none.
            if (!value.isEmpty()) {
                assertThatThrownBy(() -> Parsed.given("tunnel run", Map.of(variable, value, "HOME", home())))
                        .isInstanceOf(ParameterException.class)
                        .hasMessage(variable + sentence(setting));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("keys")
    void ofAFileIsNamedWithKeyAndLine(Setting setting) throws IOException {
        boolean refused = setting.effect() == Setting.Effect.REFUSED;
        String value = refused && setting.kind() == Setting.Kind.TEXT ? "x" : refused ? "true" : wrongInFile(setting);
        Files.writeString(file, "# first line\n" + setting.name() + ": " + value + "\n");

        assertEnds(
                run("--config", file.toString()),
                1,
                file + ":2: " + setting.name() + ": " + (refused ? setting.description() : sentenceOfFile(setting)));
    }

    /** Exit code, arguments and sentence, which all begin with the name of the command. */
    @ParameterizedTest
    @CsvFileSource(
            resources = "wrong-calls.txt",
            delimiter = '|',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = true)
    void ofACallIsToldInOneSentence(int exitCode, String arguments, String sentence) {
        assertEnds(Ran.of(split(arguments)), exitCode, filled(sentence));
        Ran renamed = Ran.as("cloudflared", split(arguments));
        assertThat(renamed.exitCode()).isEqualTo(exitCode == 2 ? 255 : exitCode);
        assertThat(renamed.err()).startsWith("cloudflared");
    }

    /** Exit code, lines of a file, sentence behind the name of that file. */
    @ParameterizedTest
    @CsvFileSource(
            resources = "wrong-files.txt",
            delimiter = '|',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = true)
    void ofAFileIsToldInOneSentence(String lines, String sentence) throws IOException {
        Files.writeString(file, filled(lines).replace("\\n", "\n") + "\n");

        assertEnds(run("--config", file.toString()), 1, file + filled(sentence));
    }

    private static void assertEnds(Ran ran, int exitCode, String sentence) {
        assertThat(ran.err().lines().findFirst().orElse("")).endsWith(sentence).startsWith("adit");
        assertThat(ran.err()).doesNotContain("\tat ", "Exception", SECRET);
        assertThat(ran.exitCode()).as(ran.err()).isEqualTo(exitCode);
        assertThat(ran.out()).doesNotContain(SECRET);
    }

    /** A value that {@code setting} can't have; only for those that have one. */
    private static String wrong(Setting setting) {
        return switch (setting.kind()) {
            case SWITCH -> setting.effect() == Setting.Effect.REFUSED ? "true" : "maybe";
            case NUMBER -> "four";
            // cloudflared has no bare numbers either.
            case DURATION -> "5";
            default -> setting.effect() == Setting.Effect.REFUSED ? "x" : "";
        };
    }

    private static @Nullable String sentence(Setting setting) {
        if (setting.effect() == Setting.Effect.REFUSED) {
            return ": " + setting.description();
        }
        if (setting.effect() == Setting.Effect.IGNORED) {
            return null;
        }
        return switch (setting.kind()) {
            case SWITCH -> " must be true or false, was \"maybe\"";
            case NUMBER -> " must be a whole number, was \"four\"";
            case DURATION -> " must be a duration such as 30s or 1m30s, was \"5\"";
            case TEXT ->
                List.of("FILE", "DIR", "PATH").contains(setting.label())
                        ? " must name a file or directory, was empty"
                        : null;
            case LIST -> null;
        };
    }

    private static String wrongInFile(Setting setting) {
        return switch (setting.kind()) {
            case SWITCH -> "maybe";
            case NUMBER -> "four";
            case DURATION -> "soon";
            case TEXT -> "[" + SECRET + "]";
            case LIST -> "{" + SECRET + ": x}";
        };
    }

    private static String sentenceOfFile(Setting setting) {
        return switch (setting.kind()) {
            case SWITCH -> "\"maybe\" is neither true nor false";
            case NUMBER -> "\"four\" is not a whole number from -2147483648 to 2147483647";
            case DURATION -> "\"soon\" is not a duration such as 30s, 1m30s or 500ms, nor a whole number of seconds";
            case TEXT -> "a list is not a text";
            case LIST -> "a map is not a list";
        };
    }

    private Ran run(String... more) {
        return Ran.of(Stream.concat(
                        Stream.of(
                                "tunnel",
                                "run",
                                "--token-file",
                                token.toString(),
                                "--edge",
                                "127.0.0.1:1",
                                "--no-prechecks"),
                        Arrays.stream(more))
                .toArray(String[]::new));
    }

    private String[] split(String arguments) {
        return Arrays.stream(arguments.split(" +"))
                .map(argument -> filled(argument.replace('_', ' ')))
                .flatMap(argument -> argument.equals("RUN")
                        ? Stream.of(
                                "tunnel",
                                "run",
                                "--token-file",
                                token.toString(),
                                "--edge=127.0.0.1:1",
                                "--no-prechecks")
                        : Stream.of(argument))
                .toArray(String[]::new);
    }

    private String filled(String text) {
        return text.replace("$DIR", directory.toString()).replace("$SECRET", SECRET);
    }

    private String home() {
        return directory.resolve("none").toString();
    }
}
