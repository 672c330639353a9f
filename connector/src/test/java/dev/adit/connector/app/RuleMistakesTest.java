package dev.adit.connector.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.wire.TunnelSecret;
import dev.adit.connector.wire.TunnelToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with the rules of a file is told in the same words by the command that checks and by the one that runs. */
final class RuleMistakesTest {
    private final Path file;
    private final Path token;

    RuleMistakesTest(@TempDir Path directory) throws IOException {
        file = directory.resolve("config.yml");
        token = Files.writeString(
                directory.resolve("token"),
                new TunnelToken("account", new UUID(1, 2), TunnelSecret.of(new byte[32]), null).encode());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[{hostname: a.example, service: 'http://h'}]|The last ingress rule must match all URLs",
                "[{path: /a, service: 'http://h'}]|The last ingress rule must match all URLs",
                "[{service: 'http://h'}, {service: 'http://i'}]|Rule #1 is matching the hostname \"\"",
                "[{hostname: a, service: 'http://h'}, {service: 'http://i'}, {service: 'http://j'}]"
                        + "|Rule #2 is matching the hostname",
                "[{hostname: 'a.*.b', service: 'http://h'}, {service: 'http://i'}]"
                        + "|Hostname patterns can have at most one wildcard character",
                "[{hostname: '*foo.example', service: 'http://h'}, {service: 'http://i'}]"
                        + "|Hostname patterns can have at most one wildcard character",
                "[{hostname: 'a.example:443', service: 'http://h'}, {service: 'http://i'}]"
                        + "|Hostname cannot contain a port",
                "[{hostname: a, path: '[', service: 'http://h'}, {service: 'http://i'}]|Rule #1 has an invalid regex",
                "[{service: localhost}]|localhost is an invalid address, please make sure it has a scheme and a hostname",
                "[{service: 'http://h/'}]|http://h/ is an invalid address, ingress rules don't support proxying to a"
                        + " different path",
                "[{service: 'http://h/x'}]|http://h/x is an invalid address, ingress rules don't support proxying to a"
                        + " different path",
                "[{service: 'http_status:99'}]|invalid HTTP status code \"99\"",
                "[{service: 'http_status:1000'}]|invalid HTTP status code \"1000\"",
                "[{service: 'http_status:teapot'}]|invalid HTTP status code \"teapot\"",
                "[{service: 'http://h', originRequest: {access: {required: true, audTag: [a]}}}]"
                        + "|access.TeamName cannot be blank when access.audTags are present",
                "[{service: 'htpp://h'}]|\"htpp://h\" is not a known service",
                "[{service: 'http://h', originRequest: {caPool: /no/such.pem}}]"
                        + "|/no/such.pem is not a readable file",
                "[{service: 'http://h', orignRequest: {}}]|unknown key, did you mean \"originRequest\"?"
            })
    void areToldByValidateAndByRun(String rules, String message) throws IOException {
        for (Ran ran : both("ingress: " + rules + "\n")) {
            assertThat(ran.err()).contains(file + ":1: ingress").contains(": " + message);
            assertThat(ran.exitCode()).isEqualTo(1);
        }
    }

    @Test
    void areToldAllAtOnce() throws IOException {
        for (Ran ran : both("""
                loglevl: info
                ingress:
                  - hostname: a.example:80
                    service: http://h/x
                  - service: http_status:1
                """)) {
            assertThat(ran.err())
                    .contains(file + ":1: loglevl: unknown key")
                    .contains(file + ":3: ingress[0].hostname: Hostname cannot contain a port")
                    .contains(file + ":4: ingress[0].service: http://h/x is an invalid address")
                    .contains(file + ":5: ingress[1].service: invalid HTTP status code");
            assertThat(ran.exitCode()).isEqualTo(1);
        }
    }

    private List<Ran> both(String text) throws IOException {
        Files.writeString(file, text);
        return List.of(
                Ran.of("tunnel", "--config", file.toString(), "ingress", "validate"),
                Ran.of(
                        "tunnel",
                        "--config",
                        file.toString(),
                        "run",
                        "--token-file",
                        token.toString(),
                        "--edge",
                        "127.0.0.1:1"));
    }
}
