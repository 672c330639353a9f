package dev.adit.connector.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.settings.Settings;
import dev.adit.connector.wire.TunnelSecret;
import dev.adit.connector.wire.TunnelToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that a user can get wrong: refused before anything is dialed, with a text that says what to mend. */
final class RunCommandTest {
    private static final String EDGE = "127.0.0.1:1";

    private final Path directory;
    private final String token;

    RunCommandTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        TunnelSecret secret = TunnelSecret.of("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
        token = new TunnelToken("account", new UUID(1, 2), secret, null).encode();
        Files.writeString(tokenFile(), token + "\n");
    }

    @Test
    void wantsAToken() {
        assertUsage(Ran.of("tunnel", "run", "--edge", EDGE), "no token: give --token-file FILE, or TUNNEL_TOKEN");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "not!base64                       | the tunnel token is not standard base64: it has a character",
                "eyJhIjoiYWJjIg                   | its length 14 is no multiple of 4, so it was cut",
                "bm90IGpzb24=                     | the tunnel token is base64, but not of JSON",
                "eyJ0IjoieCIsInMiOiJBUUlEIn0=     | key a (account tag) of the tunnel token is missing",
                "eyJhIjoiYSIsInMiOiJBUUlEIn0=     | key t (tunnel id) of the tunnel token is missing",
                "eyJhIjoiYSIsInQiOiJ4IiwicyI6IiJ9 | key t (tunnel id) of the tunnel token is not a UUID"
            })
    void saysWhichPartOfATokenIsWrong(String bad, String expected) {
        assertUsage(run("--token", bad), "Provided Tunnel token is not valid: ", expected);
    }

    @Test
    void looksAtTheSurroundingsUnlessToldNotTo() {
        assertThat(RunCommand.checkedApi(Parsed.given("tunnel run", Map.of()).settings(), null))
                .isEqualTo(new EdgeAddress("api.cloudflare.com", 443));
        assertThat(RunCommand.checkedApi(
                        Parsed.given("tunnel run --no-prechecks", Map.of()).settings(), null))
                .isNull();
    }

    @Test
    void neverShowsThePasswordOfABadProxy() {
        Ran ran = run("--token-file", tokenFile().toString(), "--edge-proxy", "https://user:hush@proxy.example:3128");

        assertUsage(ran, "--edge-proxy must be http://HOST:PORT or http://USER:PASSWORD@HOST:PORT");
        assertThat(ran.out() + ran.err()).doesNotContain("hush");
    }

    @Test
    void neverShowsTheSecretOfABadToken() {
        String json = "{\"a\":\"account\",\"s\":\"c2VjcmV0LXNlY3JldA==\",\"t\":\"no uuid, private\"}";
        Ran ran = run("--token", Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8)));

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.out() + ran.err())
                .doesNotContain("c2VjcmV0", "secret-secret", "private")
                .doesNotContain(Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void namesTheTokenFileThatIsMissing() {
        Path file = directory.resolve("no.token");

        assertUsage(run("--token-file", file.toString()), "Failed to read token file: " + file + ": no such file");
    }

    @Test
    void namesTheTokenFileThatIsNoText() throws IOException {
        Path file = directory.resolve("bytes.token");
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});

        assertUsage(run("--token-file", file.toString()), "Failed to read token file: " + file + " is not text");
    }

    @Test
    void namesTheTokenFileThatIsNoToken() throws IOException {
        Files.writeString(tokenFile(), "\n");

        assertUsage(
                run("--token-file", tokenFile().toString()),
                "Provided Tunnel token is not valid in " + tokenFile() + ": the tunnel token is empty");
    }

    @Test
    void takesOneTunnelOnly() {
        Ran ran = run("--token-file", tokenFile().toString(), new UUID(1, 2).toString(), new UUID(3, 4).toString());

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("Unmatched argument", new UUID(3, 4).toString());
    }

    @Test
    void refusesAProtocolThatItDoesNotSpeak() {
        assertFailure(
                run("--token-file", tokenFile().toString(), "--protocol", "quic"),
                "--protocol: quic is not offered; the tunnel runs over HTTP/2 (http2 or auto)");
        assertUsage(
                run("--token-file", tokenFile().toString(), "-p", "http3"),
                "--protocol must be auto or http2, was \"http3\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"edge.example", "edge.example:0", "edge.example:http", "::1:7844"})
    void namesTheEdgeThatIsNone(String edge) {
        Ran ran = Ran.of("tunnel", "run", "--token-file", tokenFile().toString(), "--edge", edge);

        assertUsage(ran, "\"" + edge + "\" is not an edge address: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--ha-connections | 0    | --ha-connections must be 1 to 64, was 0",
                "--ha-connections | 65   | --ha-connections must be 1 to 64, was 65",
                "--ha-connections | four | --ha-connections must be a whole number, was \"four\"",
                "--grace-period   | soon | --grace-period must be a duration such as 30s or 1m30s, was \"soon\"",
                "--grace-period   | 30   | --grace-period must be a duration such as 30s or 1m30s, was \"30\"",
                "--grace-period   | 3m1s | --grace-period must be 0s to 3m0s, was 181s",
                "--grace-period   | -1s  | --grace-period must be 0s to 3m0s, was -1s",
                "--rpc-timeout    | 5    | --rpc-timeout must be a duration such as 30s or 1m30s, was \"5\"",
                "--rpc-timeout    | 0s   | --rpc-timeout must be above 0s, was 0ms",
                "--dial-edge-timeout | 15 | --dial-edge-timeout must be a duration such as 30s or 1m30s, was \"15\"",
                "--dial-edge-timeout | 0s | --dial-edge-timeout must be above 0s and at most 5m, was 0ms",
                "--dial-edge-timeout | 6m | --dial-edge-timeout must be above 0s and at most 5m, was 360000ms",
                "--retries        | few  | --retries must be a whole number, was \"few\"",
                "--retries        | -1   | --retries must be 0 to 10, was -1",
                "--backoff-exponent | -1 | --retries must be 0 to 10, was -1",
                "--exit-after     | now  | --exit-after must be a duration such as 30s or 1m30s, was \"now\"",
                "--exit-after     | 0s   | --exit-after must be above 0s, was 0s",
                "--region         | a.b  | --region must be a name such as us, was \"a.b\"",
                "--edge-ip-version | 5   | --edge-ip-version must be auto, 4 or 6, was \"5\"",
                "--edge-bind-address | lo | --edge-bind-address must be an IP address, was \"lo\"",
                "--state-dir      | /no/such | --state-dir /no/such is not a directory",
                "--max-active-flows | -1 | --max-active-flows must not be negative, was -1",
                "--runtime-dir    | /no/such | --runtime-dir /no/such is not a directory",
                "--takeover       | true | --takeover needs --runtime-dir or --state-dir, where the two processes find",
                "--takeover       | maybe | --takeover must be true or false, was \"maybe\"",
                "--pidfile        | /no/such/adit.pid | --pidfile /no/such/adit.pid: /no/such is not a directory",
                "--dns-server     | ns:53 | --dns-server must be an IP address and a port, was \"ns:53\"",
                "--dns-over-tls   | dot:853 | --dns-over-tls must be an IP address and a port, was \"dot:853\"",
                "--metrics        | 9090 | --metrics: \"9090\" is no address to listen on: expected HOST:PORT or unix:PATH",
                "--tag            | no value | --tag must be KEY=VALUE, with a key that a header name can have",
                "--features       | a,,b | --features must be names, was an empty one",
                "--post-quantum   | maybe | --post-quantum must be true or false, was \"maybe\"",
                "--loglevel       | loud | --loglevel must be debug, info, warn, error or fatal, was \"loud\""
            })
    void namesTheValueThatIsOutOfRange(String option, String value, String expected) {
        assertUsage(run("--token-file", tokenFile().toString(), option + "=" + value), expected);
    }

    @Test
    void takesTheRegionFromOnePlaceOnly() {
        String regional = new TunnelToken("account", new UUID(1, 2), TunnelSecret.of(new byte[32]), "fed").encode();

        assertUsage(
                run("--token", regional, "--region", "us"),
                "--region can't be given with a token that names a region (fed)");
    }

    @Test
    void namesTheAuthorityFileThatIsMissing() {
        Path file = directory.resolve("no.pem");

        assertFailure(
                run("--token-file", tokenFile().toString(), "--cacert", file.toString()),
                "--cacert " + file + " can't be read: no such file");
    }

    @Test
    void namesTheAuthorityFileThatIsNoPem() throws IOException {
        Path file = Files.writeString(directory.resolve("bad.pem"), "no certificate");

        assertFailure(
                run("--token-file", tokenFile().toString(), "--cacert", file.toString()),
                "--cacert " + file + " is not a PEM file of certificates");
    }

    @Test
    void namesTheAuthorityFileThatIsEmpty() throws IOException {
        Path file = Files.writeString(directory.resolve("empty.pem"), "");

        assertFailure(
                run("--token-file", tokenFile().toString(), "--cacert", file.toString()),
                "--cacert " + file + " holds no certificate");
    }

    @Test
    void namesTheOtherAuthorityFileThatIsMissing() {
        Path file = directory.resolve("no.pem");

        assertFailure(
                run("--token-file", tokenFile().toString(), "--edge-ca", file.toString()),
                "--edge-ca " + file + " can't be read: no such file");
    }

    @Test
    void namesTheConfigurationThatIsMissing() {
        Path file = directory.resolve("no.yml");

        assertFailure(
                run("--token-file", tokenFile().toString(), "--config", file.toString()),
                "--config " + file + " can't be read: no such file");
    }

    @Test
    void listsAllMistakesOfAConfigurationWithKeyAndLine() throws IOException {
        Path file = Files.writeString(directory.resolve("bad.yml"), """
                        ingres: []
                        ingress:
                          - hostname: "a*b.example"
                            service: http://127.0.0.1:8080
                          - hostname: b.example
                            service: http://127.0.0.1:8080/path
                          - hostname: c.example
                            path: "(unclosed"
                            service: http://127.0.0.1:8080
                            originRequest:
                              connectTimeout: soon
                              noTLSVerfy: true
                          - hostname: last.example
                            service: http_status:404
                        """);
        Ran ran = run("--token-file", tokenFile().toString(), "--config", file.toString());

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err())
                .contains(file + ":1: ingres")
                .contains(file + ":3: ingress[0].hostname")
                .contains(file + ":6: ingress[1].service")
                .contains(file + ":8: ingress[2].path")
                .contains(file + ":11: ingress[2].originRequest.connectTimeout")
                .contains(file + ":12: ingress[2].originRequest.noTLSVerfy")
                .contains("noTLSVerify")
                .contains("ingress[3]");
    }

    @Test
    void namesThePlaceWhereAConfigurationIsNoYaml() throws IOException {
        Path file = Files.writeString(directory.resolve("broken.yml"), "ingress:\n  - {service: [\n");

        Ran ran = run("--token-file", tokenFile().toString(), "--config", file.toString());

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err())
                .contains("error parsing YAML in config file at " + file + ": " + file + ":2: syntax error");
    }

    @Test
    void tellsTheEdgeWhatCloudflaredTellsIt() {
        Settings settings = Parsed.given(
                        "tunnel --metrics 127.0.0.1:0 --no-autoupdate --loglevel debug run --protocol http2", Map.of())
                .settings();

        // As recorded.
        assertThat(RunCommand.shownFlags(settings))
                .isEqualTo(Map.of(
                        "loglevel", "debug", "metrics", "127.0.0.1:0", "no-autoupdate", "true", "protocol", "http2"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--transport-loglevel | loud | --transport-loglevel must be debug, info, warn, error or fatal, was",
                "--proto-loglevel     | loud | must be debug, info, warn, error or fatal, was",
                "--output             | xml  | --output must be default or json, was",
                "--log-timezone       | Mars | --log-timezone must be UTC, local, or a zone such as Europe/Berlin, was",
                "--log-max-size       | big  | --log-max-size must be a whole number, was"
            })
    void refusesALogThatItCannotWrite(String name, String value, String expected) {
        assertUsage(run("--token-file", tokenFile().toString(), name, value), expected);
    }

    private Path tokenFile() {
        return directory.resolve("tunnel.token");
    }

    private static Ran run(String... more) {
        String[] args = new String[more.length + 4];
        System.arraycopy(new String[] {"tunnel", "run", "--edge", EDGE}, 0, args, 0, 4);
        System.arraycopy(more, 0, args, 4, more.length);
        return Ran.of(args);
    }

    private void assertUsage(Ran ran, String... expected) {
        assertThat(ran.err())
                .startsWith("adit tunnel run: ")
                .contains(expected)
                .endsWith("See 'adit tunnel run --help'.\n")
                .doesNotContain(token);
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
    }

    private void assertFailure(Ran ran, String... expected) {
        assertThat(ran.err())
                .startsWith("adit tunnel run: ")
                .contains(expected)
                .doesNotContain(token)
                .doesNotContain("\tat ");
        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out()).isEmpty();
    }
}
