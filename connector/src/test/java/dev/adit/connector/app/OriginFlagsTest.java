package dev.adit.connector.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.connector.ingress.Ingress;
import dev.adit.proxy.route.OriginOptions;
import dev.adit.proxy.route.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The one origin that a command line makes, and how its flags change it. */
final class OriginFlagsTest {
    private final Path home;

    OriginFlagsTest(@TempDir Path home) {
        this.home = home;
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:8080, http://localhost:8080",
        "https://localhost, https://localhost",
        "localhost:8080, http://localhost:8080",
        "https://localhost:8443/path/more, https://localhost:8443",
        "ssh://localhost, ssh://localhost",
        "tcp://localhost:5432, tcp://localhost:5432",
        "rdp://localhost, rdp://localhost",
        "smb://localhost, smb://localhost"
    })
    void leadsAllRequestsToTheUrl(String url, String service) {
        assertThat(rules("--url " + url).rules())
                .singleElement()
                .satisfies(rule -> assertThat(rule.service()).isEqualTo(service))
                .satisfies(rule -> assertThat(rule.route().matchesAll()).isTrue());
    }

    @Test
    void leadsAllRequestsToTheSocket() {
        assertThat(target("--unix-socket /run/app.sock"))
                .isEqualTo(new Target.UnixOrigin(false, Path.of("/run/app.sock")));
    }

    @Test
    void leadsAllRequestsToTheHelloPage() {
        assertThat(target("--hello-world --url http://localhost")).isEqualTo(new Target.Hello());
    }

    @Test
    void changesTheOptionsOfTheOneOrigin() {
        OriginOptions options = options("--proxy-connect-timeout 1s --proxy-tls-timeout 2s --proxy-tcp-keepalive 3s"
                + " --proxy-no-happy-eyeballs --proxy-keepalive-connections 4 --proxy-keepalive-timeout 5s"
                + " --http-host-header h.example --origin-server-name s.example --no-tls-verify --no-chunked-encoding"
                + " --http2-origin");

        assertThat(options.connectTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(options.tlsTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(options.tcpKeepAlive()).isEqualTo(Duration.ofSeconds(3));
        assertThat(options.noHappyEyeballs()).isTrue();
        assertThat(options.keepAliveConnections()).isEqualTo(4);
        assertThat(options.keepAliveTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(options.httpHostHeader()).isEqualTo("h.example");
        assertThat(options.originServerName()).isEqualTo("s.example");
        assertThat(options.noTlsVerify()).isTrue();
        assertThat(options.disableChunkedEncoding()).isTrue();
        assertThat(options.http2Origin()).isTrue();
    }

    @Test
    void leavesTheDefaultsWhereNothingIsSaid() {
        assertThat(options("--no-tls-verify=false")).isEqualTo(OriginOptions.DEFAULT);
    }

    @Test
    void trustsTheAuthoritiesOfAFile() throws Exception {
        Path authority = Path.of(Objects.requireNonNull(Ingress.class.getResource("authority.pem"))
                .toURI());

        assertThat(options("--origin-ca-pool " + authority).caPool()).isEqualTo(authority);
        assertThatThrownBy(() -> options("--origin-ca-pool /no/such.pem"))
                .hasMessageContaining("--origin-ca-pool: ")
                .hasMessageContaining("/no/such.pem is not a readable file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--proxy-connect-timeout 1s",
                "--proxy-keepalive-connections 1",
                "--http-host-header h.example",
                "--origin-ca-pool x.pem",
                "--no-tls-verify",
                "--http2-origin"
            })
    void warnsThatItDoesNotReachTheRulesOfAFile(String flag) throws IOException {
        Path directory = Files.createDirectories(home.resolve(".cloudflared"));
        Files.writeString(directory.resolve("config.yml"), "ingress: [{service: 'http://localhost:8080'}]\n");
        GivenSettings given = given(flag);

        Ingress ingress = Objects.requireNonNull(given.ingress());

        assertThat(ingress.rules().get(0).route().options()).isEqualTo(OriginOptions.DEFAULT);
        assertThat(given.warnings()).singleElement().asString().contains(flag.replaceFirst(" .*", ""), "only");
    }

    @Test
    void warnsThatItDoesNotReachTheRulesOfTheEdge() {
        GivenSettings given = given("--no-tls-verify --http-host-header h.example");

        assertThat(given.ingress()).isNull();
        assertThat(given.warnings()).singleElement().asString().contains("--http-host-header, --no-tls-verify", "only");
    }

    @Test
    void warnsThatTheRulesOfTheEdgeTakeThePlaceOfTheOneOrigin() {
        GivenSettings given = given("--url http://localhost --no-tls-verify --token x");

        assertThat(given.ingress()).isNotNull();
        assertThat(given.warnings()).singleElement().asString().contains("--no-tls-verify", "only");
    }

    @Test
    void doesNotWarnOfWhatHasAnEffect() {
        GivenSettings given = given("--url http://localhost --no-tls-verify");

        given.ingress();

        assertThat(given.warnings()).isEqualTo(List.of());
    }

    private Target target(String flags) {
        return rules(flags).rules().get(0).route().target();
    }

    private OriginOptions options(String flags) {
        return rules("--url https://localhost " + flags).rules().get(0).route().options();
    }

    private Ingress rules(String flags) {
        return Objects.requireNonNull(given(flags).ingress(), "no rules");
    }

    private GivenSettings given(String flags) {
        return Parsed.given("tunnel run " + flags, Map.of("HOME", home.toString()));
    }
}
