package dev.adit.connector.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people and scripts ask of a rules file without serving it. */
final class IngressCommandTest {
    private final Path file;

    IngressCommandTest(@TempDir Path directory) {
        file = directory.resolve("config.yml");
    }

    @BeforeEach
    void write() throws IOException {
        Files.writeString(file, """
                ingress:
                  - hostname: ci.example.com
                    path: ^/job/
                    service: http://localhost:8080
                  - hostname: "*.example.com"
                    service: http://localhost:9000
                  - service: http_status:404
                """);
    }

    @Test
    void saysThatRulesAreRight() {
        assertThat(Ran.of("tunnel", "--config", file.toString(), "ingress", "validate"))
                .isEqualTo(new Ran(0, "Validating rules from " + file + "\nOK\n", ""));
    }

    @Test
    void tellsEveryMistake() throws IOException {
        Files.writeString(file, "ingress:\n  - hostname: a:1\n    service: bogus\n  - service: http_status:1\n");

        Ran ran = Ran.of("tunnel", "ingress", "validate", "--config", file.toString());

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out()).isEqualTo("Validating rules from " + file + "\n");
        assertThat(ran.err())
                .contains("Hostname cannot contain a port")
                .contains("bogus is an invalid address")
                .contains("invalid HTTP status code");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ingress: []", "ingress:", "tunnel: x"})
    void saysThatAFileHasNoRules(String text) throws IOException {
        Files.writeString(file, text + "\n");

        Ran ran = Ran.of("tunnel", "ingress", "validate", "--config", file.toString());

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err())
                .isEqualTo("adit tunnel ingress validate: The config file doesn't contain any ingress rules\n");
    }

    @Test
    void checksRulesInJson() {
        assertThat(Ran.of("tunnel", "ingress", "validate", "--json", "{\"ingress\":[{\"service\":\"hello_world\"}]}"))
                .isEqualTo(new Ran(0, "Validating rules from the --json flag\nOK\n", ""));
        assertThat(Ran.of("tunnel", "ingress", "validate", "-j", "{\"ingress\":[]}"))
                .satisfies(ran -> assertThat(ran.exitCode()).isEqualTo(1))
                .satisfies(ran -> assertThat(ran.err()).contains("doesn't contain any ingress rules"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://ci.example.com/job/1?x=y | 0 | http://localhost:8080",
                "https://ci.example.com           | 1 | http://localhost:9000",
                "http://A.B.EXAMPLE.COM:8443/x    | 1 | http://localhost:9000",
                "https://example.org/job/         | 2 | http_status:404"
            })
    void tellsTheRuleThatAUrlMeets(String url, int index, String service) {
        Ran ran = Ran.of("tunnel", "--config", file.toString(), "ingress", "rule", url);

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out())
                .startsWith("Using rules from " + file + "\nMatched rule #" + index + "\n\t")
                .endsWith("\tservice: " + service + "\n");
    }

    @Test
    void wantsAUrl() {
        Ran ran = Ran.of("tunnel", "--config", file.toString(), "ingress", "rule", "ci.example.com");

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("\"ci.example.com\" is not a URL with scheme and host");
    }

    @Test
    void completesCommandsAndOptionsInAShell() {
        Ran ran = Ran.of("generate-completion");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out()).contains("complete -F", "--token-file", "ingress");
    }
}
