package dev.adit.connector.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.connector.settings.Settings;
import dev.adit.connector.settings.Settings.Origin;
import dev.adit.proxy.config.InvalidConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every flag of cloudflared that has been there before us: by all its names, in all places. */
final class FlagTest {
    /**
     * A flag.
     *
     * @param name its long name
     * @param value one that it takes
     * @param variable the environment variable that stands for it, or empty
     */
    record Flag(String name, String value, String variable) {}

    private final Path home;

    FlagTest(@TempDir Path home) {
        this.home = home;
    }

    static List<Flag> used() {
        return List.of(
                new Flag("token", "t", "TUNNEL_TOKEN"),
                new Flag("token-file", "f", "TUNNEL_TOKEN_FILE"),
                new Flag("credentials-file", "c", "TUNNEL_CRED_FILE"),
                new Flag("credentials-contents", "{}", "TUNNEL_CRED_CONTENTS"),
                new Flag("url", "http://a", "TUNNEL_URL"),
                new Flag("unix-socket", "/a", "TUNNEL_UNIX_SOCKET"),
                new Flag("hello-world", "true", "TUNNEL_HELLO_WORLD"),
                new Flag("proxy-connect-timeout", "1s", ""),
                new Flag("proxy-tls-timeout", "1s", ""),
                new Flag("proxy-tcp-keepalive", "1s", ""),
                new Flag("proxy-no-happy-eyeballs", "true", ""),
                new Flag("proxy-keepalive-connections", "7", ""),
                new Flag("proxy-keepalive-timeout", "1s", ""),
                new Flag("http-host-header", "h", "TUNNEL_HTTP_HOST_HEADER"),
                new Flag("origin-server-name", "n", "TUNNEL_ORIGIN_SERVER_NAME"),
                new Flag("origin-ca-pool", "p", "TUNNEL_ORIGIN_CA_POOL"),
                new Flag("no-tls-verify", "true", "NO_TLS_VERIFY"),
                new Flag("no-chunked-encoding", "true", "TUNNEL_NO_CHUNKED_ENCODING"),
                new Flag("http2-origin", "true", "TUNNEL_ORIGIN_ENABLE_HTTP2"),
                new Flag("loglevel", "warn", "TUNNEL_LOGLEVEL"),
                new Flag("transport-loglevel", "warn", "TUNNEL_TRANSPORT_LOGLEVEL"),
                new Flag("transport-loglevel", "error", "TUNNEL_PROTO_LOGLEVEL"),
                new Flag("logfile", "a.log", "TUNNEL_LOGFILE"),
                new Flag("log-directory", "/logs", "TUNNEL_LOGDIRECTORY"),
                new Flag("output", "json", "TUNNEL_LOG_OUTPUT"),
                new Flag("output", "default", "TUNNEL_MANAGEMENT_OUTPUT"),
                new Flag("metrics", "localhost:1", "TUNNEL_METRICS"),
                new Flag("pidfile", "a.pid", "TUNNEL_PIDFILE"),
                new Flag("retries", "7", "TUNNEL_RETRIES"),
                new Flag("dial-edge-timeout", "7s", "DIAL_EDGE_TIMEOUT"),
                new Flag("no-prechecks", "true", "TUNNEL_NO_PRECHECKS"),
                new Flag("protocol", "http2", "TUNNEL_TRANSPORT_PROTOCOL"),
                new Flag("ha-connections", "2", ""),
                new Flag("label", "x", ""),
                new Flag("features", "x", ""),
                new Flag("tag", "k=v", "TUNNEL_TAG"),
                new Flag("post-quantum", "true", "TUNNEL_POST_QUANTUM"),
                new Flag("max-active-flows", "7", "TUNNEL_MAX_ACTIVE_FLOWS"),
                new Flag("edge", "a:1", "TUNNEL_EDGE"),
                new Flag("region", "us", "TUNNEL_REGION"),
                new Flag("edge-ip-version", "6", "TUNNEL_EDGE_IP_VERSION"),
                new Flag("edge-bind-address", "10.0.0.1", "TUNNEL_EDGE_BIND_ADDRESS"),
                new Flag("cacert", "a.pem", "TUNNEL_CACERT"),
                new Flag("grace-period", "7s", "TUNNEL_GRACE_PERIOD"),
                new Flag("rpc-timeout", "7s", ""));
    }

    @ParameterizedTest
    @MethodSource("used")
    void isTakenInAllPlacesOfTheCommandLine(Flag flag) {
        String argument = "--" + flag.name() + "=" + flag.value();

        for (String line : List.of("tunnel run " + argument, "tunnel " + argument + " run", argument + " tunnel run")) {
            assertGiven(given(line, Map.of()), flag, Origin.COMMAND_LINE);
        }
    }

    @ParameterizedTest
    @MethodSource("used")
    void isTakenFromTheEnvironment(Flag flag) {
        if (!flag.variable().isEmpty()) {
            assertGiven(given("tunnel run", Map.of(flag.variable(), flag.value())), flag, Origin.ENVIRONMENT);
        }
    }

    @ParameterizedTest
    @MethodSource("used")
    void isTakenFromAFile(Flag flag) throws IOException {
        write(
                flag.name() + ": " + (flag.value().matches("true|[0-9]+") ? flag.value() : "'" + flag.value() + "'"),
                flag);

        assertGiven(given("tunnel run", Map.of()), flag, Origin.FILE);
    }

    @ParameterizedTest
    @CsvSource({"cred-file, credentials-file", "p, protocol", "proto-loglevel, transport-loglevel"})
    void hasASecondName(String second, String name) {
        assertThat(given("tunnel run --" + second + " x", Map.of()).settings().text(name))
                .isEqualTo("x");
    }

    @ParameterizedTest
    @CsvSource({
        "no-autoupdate, true, NO_AUTOUPDATE",
        "autoupdate-freq, 24h, ''",
        "is-autoupdated, true, ''",
        "overwrite-dns, true, TUNNEL_FORCE_PROVISIONING_DNS",
        "metrics-update-freq, 5s, TUNNEL_METRICS_UPDATE_FREQ",
        "proxy-connection-timeout, 90s, ''",
        "proxy-expect-continue-timeout, 90s, ''",
        "proxy-address, 127.0.0.1, TUNNEL_PROXY_ADDRESS",
        "proxy-port, 0, TUNNEL_PROXY_PORT",
        "max-edge-addr-retries, 8, ''",
        "write-stream-timeout, 0s, TUNNEL_STREAM_WRITE_TIMEOUT",
        "quic-disable-pmtu-discovery, true, TUNNEL_DISABLE_QUIC_PMTU",
        "quic-connection-level-flow-control-limit, 31457280, TUNNEL_QUIC_CONN_LEVEL_FLOW_CONTROL_LIMIT",
        "quic-stream-level-flow-control-limit, 6291456, TUNNEL_QUIC_STREAM_LEVEL_FLOW_CONTROL_LIMIT",
        "icmpv4-src, 10.0.0.1, TUNNEL_ICMPV4_SRC",
        "icmpv6-src, fe80::1, TUNNEL_ICMPV6_SRC",
        "dns-resolver-addrs, 10.0.0.1:53, TUNNEL_DNS_RESOLVER_ADDRS",
        "management-hostname, m.example, TUNNEL_MANAGEMENT_HOSTNAME",
        "management-diagnostics, true, TUNNEL_MANAGEMENT_DIAGNOSTICS",
        "service-op-ip, 198.41.200.113:80, TUNNEL_SERVICE_OP_IP",
        "trace-output, t.out, TUNNEL_TRACE_OUTPUT",
        "max-fetch-size, 10, TUNNEL_MAX_FETCH_SIZE",
        "id, x, TUNNEL_ID",
        "api-key, x, TUNNEL_API_KEY",
        "api-email, x, TUNNEL_API_EMAIL",
        "api-ca-key, x, TUNNEL_API_CA_KEY",
        "heartbeat-interval, 5s, ''",
        "heartbeat-count, 5, ''",
        "compression-quality, 0, TUNNEL_COMPRESSION_LEVEL",
        "use-reconnect-token, true, TUNNEL_USE_RECONNECT_TOKEN",
        "ui, true, ''",
        "proxy-dns, true, ''",
        "proxy-dns-port, 53, ''",
        "proxy-dns-address, localhost, ''",
        "proxy-dns-upstream, https://1.1.1.1/dns-query, ''",
        "proxy-dns-max-upstream-conns, 5, ''",
        "proxy-dns-bootstrap, https://1.1.1.1/dns-query, ''",
        "ssh-server, true, TUNNEL_SSH_SERVER",
        "local-ssh-port, 2222, LOCAL_SSH_PORT",
        "ssh-idle-timeout, 5m, SSH_IDLE_TIMEOUT",
        "ssh-max-timeout, 5m, SSH_MAX_TIMEOUT",
        "bucket-name, x, BUCKET_ID",
        "region-name, x, REGION_ID",
        "secret-id, x, SECRET_ID",
        "access-key-id, x, ACCESS_CLIENT_ID",
        "session-token, x, SESSION_TOKEN_ID",
        "s3-url-host, x, S3_URL",
        "host-key-path, x, HOST_KEY_PATH"
    })
    void isAcceptedWithoutEffect(String name, String value, String variable) throws IOException {
        assertThat(given("tunnel --" + name + "=" + value + " run", Map.of()).warnings())
                .containsExactly("--" + name + " has no effect");
        if (!variable.isEmpty()) {
            assertThat(given("tunnel run", Map.of(variable, value)).warnings())
                    .containsExactly(variable + " has no effect");
        }
        write(name + ": " + value);
        assertThat(given("tunnel run", Map.of()).warnings()).containsExactly(name + " has no effect");
    }

    @ParameterizedTest
    @CsvSource({
        "name, x, TUNNEL_NAME, create it first",
        "hostname, a.example, TUNNEL_HOSTNAME, classic tunnels are no more",
        "lb-pool, x, TUNNEL_LB_POOL, load balancers are set up at the edge",
        "bastion, true, TUNNEL_BASTION, an ingress rule with the service bastion",
        "socks5, true, TUNNEL_SOCKS, an ingress rule with the service socks-proxy"
    })
    void isRefusedWithAReason(String name, String value, String variable, String reason) throws IOException {
        assertThat(Ran.of("tunnel", "run", "--" + name + "=" + value))
                .satisfies(ran -> assertThat(ran.exitCode()).isEqualTo(2))
                .satisfies(ran -> assertThat(ran.err()).contains("--" + name + ": ", reason));
        assertThatThrownBy(() -> given("tunnel run", Map.of(variable, value)))
                .hasMessageContaining(variable + ": ")
                .hasMessageContaining(reason);
        write(name + ": " + value);
        assertThatThrownBy(() -> given("tunnel run", Map.of()).ingress())
                .isInstanceOf(InvalidConfig.class)
                .hasMessageContaining(":1: " + name + ": ")
                .hasMessageContaining(reason);
    }

    private void write(String line, Flag flag) throws IOException {
        write(
                List.of("edge", "tag", "features").contains(flag.name())
                        ? flag.name() + ": ['" + flag.value() + "']"
                        : line);
    }

    private void write(String line) throws IOException {
        Path directory = Files.createDirectories(home.resolve(".cloudflared"));
        Path file = Files.writeString(directory.resolve("config.yml"), line + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private GivenSettings given(String line, Map<String, String> environment) {
        Map<String, String> all = new java.util.HashMap<>(environment);
        all.put("HOME", home.toString());
        return Parsed.given(line, all);
    }

    private static void assertGiven(GivenSettings given, Flag flag, Origin origin) {
        Settings settings = given.settings();
        assertThat(settings.origin(flag.name())).isEqualTo(origin);
        if (flag.value().matches("\\ds")) {
            assertThat(settings.duration(flag.name()))
                    .isEqualTo(Duration.ofSeconds(flag.value().charAt(0) - '0'));
        } else {
            assertThat(settings.list(flag.name())).containsExactly(flag.value());
        }
        assertThat(given.warnings()).isEmpty();
    }
}
