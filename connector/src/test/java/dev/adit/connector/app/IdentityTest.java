package dev.adit.connector.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.connector.settings.KnownSettings;
import dev.adit.connector.settings.SettingsReader;
import dev.adit.connector.wire.TunnelSecret;
import dev.adit.connector.wire.TunnelToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a tunnel's identity is found, in which order, and what is said of one that can't be used. */
final class IdentityTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    private final Path directory;
    private final Map<String, List<String>> arguments = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>();

    IdentityTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void prefersTokenTokenFileSystemdCredentialCredentialsAndTheirFileInThisOrder() throws IOException {
        arguments.put("token", List.of(token(1)));
        arguments.put("token-file", List.of(write("t", token(2) + "\n")));
        write("credentials/token", token(3));
        environment.put(
                "CREDENTIALS_DIRECTORY", directory.resolve("credentials").toString());
        arguments.put("credentials-contents", List.of(credentials(4)));
        arguments.put("credentials-file", List.of(write("c.json", credentials(5))));
        write(id(6) + ".json", credentials(6));

        List<Long> found = new ArrayList<>();
        for (String next : List.of("token", "token-file", "systemd", "credentials-contents", "credentials-file", "")) {
            TunnelToken token = identity().find(next.isEmpty() ? id(6).toString() : null);
            found.add(token == null ? null : token.tunnelId().getLeastSignificantBits());
            if (!next.isEmpty()) {
                assertThat(identity().foundFile(id(6).toString())).isNull();
            }
            arguments.remove(next);
            if (next.equals("systemd")) {
                environment.clear();
            }
        }

        assertThat(found).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(identity().foundFile(id(6).toString())).isEqualTo(directory.resolve(id(6) + ".json"));
        assertThat(identity().foundFile(null)).isNull();
        assertThat(identity().find(null)).isNull();
    }

    @Test
    void takesTheTunnelOfTheCommandLineBeforeThatOfTheCredentials() {
        arguments.put("credentials-contents", List.of(credentials(4)));

        assertThat(identity().find(id(7).toString()))
                .isNotNull()
                .satisfies(token -> assertThat(token.tunnelId()).isEqualTo(id(7)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "not json                       | the credentials are not JSON; was it cut?",
                "[]                             | the credentials are not a JSON object",
                "{}                             | key AccountTag (account tag) of the credentials is missing",
                "{\"AccountTag\":\"a\"}         | key TunnelID (tunnel id) of the credentials is missing",
                "-----BEGIN ARGO TUNNEL TOKEN-- | the credentials are a PEM file"
            })
    void saysWhichPartOfCredentialsIsWrong(String text, String message) {
        arguments.put("credentials-contents", List.of(text));

        assertThatThrownBy(() -> identity().find(null))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith("Tunnel credentials in --credentials-contents are not valid: " + message);
    }

    @Test
    void neverShowsASecretThatIsWrong() {
        arguments.put(
                "credentials-contents",
                List.of("{\"AccountTag\":\"a\",\"TunnelID\":\"" + id(1) + "\",\"TunnelSecret\":\"private!\"}"));

        assertThatThrownBy(() -> identity().find(null)).hasMessageNotContaining("private");
    }

    @Test
    void namesTheFileOfCredentialsThatIsMissing() {
        Path file = directory.resolve("none.json");
        arguments.put("credentials-file", List.of(file.toString()));

        assertThatThrownBy(() -> identity().find(null))
                .isInstanceOf(BadInput.class)
                .hasMessage("Failed to read credentials file: " + file + ": no such file");
    }

    @Test
    void saysWhereItLookedForTheCredentialsOfATunnel() {
        assertThatThrownBy(() -> identity().find(id(9).toString()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("no credentials of tunnel " + id(9))
                .hasMessageContaining(directory.toString());
    }

    @Test
    void wantsTheIdOfATunnelNotItsName() {
        assertThatThrownBy(() -> identity().find("jenkins"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("\"jenkins\" is not the id of a tunnel");
    }

    private Identity identity() {
        SettingsReader reader = new SettingsReader(KnownSettings.ALL).commandLine(arguments);
        return new Identity(reader.settings(), environment, List.of(directory));
    }

    private String write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text).toString();
    }

    private static UUID id(long number) {
        return new UUID(0, number);
    }

    private static String token(long number) {
        return new TunnelToken("account", id(number), TunnelSecret.of(SECRET.getBytes(StandardCharsets.US_ASCII)), null)
                .encode();
    }

    private static String credentials(long number) {
        String secret = Base64.getEncoder().encodeToString(SECRET.getBytes(StandardCharsets.US_ASCII));
        return "{\"AccountTag\":\"account\",\"TunnelSecret\":\"%s\",\"TunnelID\":\"%s\",\"Endpoint\":\"\"}"
                .formatted(secret, id(number));
    }
}
