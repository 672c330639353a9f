package dev.adit.connector.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.proxy.route.IpRules;
import dev.adit.proxy.route.Target;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ServiceTargetTest {
    @ParameterizedTest
    @CsvSource({
        "http://localhost, false, localhost, 80",
        "http://localhost:8080, false, localhost, 8080",
        "HTTP://LocalHost:8080, false, localhost, 8080",
        "http://localhost:, false, localhost, 80",
        "ws://10.0.0.1:9000, false, 10.0.0.1, 9000",
        "https://nexus.internal, true, nexus.internal, 443",
        "wss://nexus.internal:8443, true, nexus.internal, 8443",
        "http://[::1]:8080, false, ::1, 8080",
        "https://[fe80::1], true, fe80::1, 443",
        "http://my_service:1, false, my_service, 1",
        "http://bücher.example:65535, false, xn--bcher-kva.example, 65535"
    })
    void readsHttpOrigins(String service, boolean tls, String host, int port) {
        assertThat(parse(service)).isEqualTo(new Target.HttpOrigin(tls, host, port));
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 404, 503, 999})
    void readsFixedStatuses(int status) {
        assertThat(parse("http_status:" + status)).isEqualTo(new Target.FixedStatus(status));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "99", "1000", "abc", "-404", "+404", "404 ", "0404", "2147483648"})
    void refusesOtherStatuses(String status) {
        assertThatThrownBy(() -> parse("http_status:" + status))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("invalid HTTP status code");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello_world", "hello-world"})
    void readsTheHelloService(String service) {
        assertThat(parse(service)).isEqualTo(new Target.Hello());
    }

    @ParameterizedTest
    @CsvSource({
        "tcp://localhost:22, localhost, 22",
        "tcp://db.internal, db.internal, 7864",
        "ssh://localhost, localhost, 22",
        "SSH://[::1]:2222, ::1, 2222",
        "rdp://localhost, localhost, 3389",
        "smb://localhost, localhost, 445"
    })
    void readsServicesThatTakeBytes(String service, String host, int port) {
        assertThat(parse(service)).isEqualTo(new Target.TcpService(host, port, false));
        assertThat(ServiceTarget.parse(service, new StreamOptions(false, true, List.of())))
                .isEqualTo(new Target.TcpService(host, port, true));
    }

    @Test
    void readsOriginsAtSockets() {
        assertThat(parse("unix:/run/app.sock")).isEqualTo(new Target.UnixOrigin(false, Path.of("/run/app.sock")));
        assertThat(parse("unix+tls:/run/app.sock")).isEqualTo(new Target.UnixOrigin(true, Path.of("/run/app.sock")));
        assertThat(parse("unix:///run/app.sock")).isEqualTo(new Target.UnixOrigin(false, Path.of("/run/app.sock")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"unix:", "unix:app.sock", "unix+tls:", "unix:/a\0b"})
    void wantsTheAbsolutePathOfASocket(String service) {
        assertThatThrownBy(() -> parse(service))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs the absolute path of a socket");
    }

    @Test
    void readsOriginsThatTakeHttp2WithoutTls() {
        assertThat(parse("h2c://grpc.internal:50051")).isEqualTo(new Target.ClearHttp2Origin("grpc.internal", 50_051));
    }

    @Test
    void readsJumpHostsAndProxies() {
        IpRules.Rule rule = IpRules.Rule.of("10.0.0.0/8", Set.of(22), true);
        StreamOptions options = new StreamOptions(true, false, List.of(rule));

        assertThat(parse("bastion")).isEqualTo(new Target.Bastion(null));
        assertThat(ServiceTarget.parse("bastion", options)).isEqualTo(new Target.Bastion(new IpRules(List.of(rule))));
        assertThat(ServiceTarget.parse("tcp://x", options)).isEqualTo(new Target.Bastion(new IpRules(List.of(rule))));
        assertThat(parse("socks-proxy")).isEqualTo(new Target.SocksProxy(new IpRules(List.of())));
        assertThat(ServiceTarget.parse("socks-proxy", options))
                .isEqualTo(new Target.SocksProxy(new IpRules(List.of(rule))));
    }

    @Test
    void makesNoJumpHostOfAnHttpOrigin() {
        assertThatThrownBy(() -> ServiceTarget.parse("http://x", new StreamOptions(true, false, List.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bastionMode");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://user:s3cret@a/app",
                "http:/user:s3cret@a",
                "user:s3cret@a",
                "foo://user:s3cret@a",
                "ssh://user:s3cret@a:99999"
            })
    void showsNoPasswordOfAnAddress(String service) {
        assertThatThrownBy(() -> parse(service))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"htpp://x", "grpc://x", "https+insecure://x", "ftp://x/y"})
    void refusesUnknownSchemes(String service) {
        assertThatThrownBy(() -> parse(service))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("\"" + service + "\" is not a known service")
                .hasMessageContaining("http, https, ws, wss, h2c, tcp, ssh, rdp, smb");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bogus",
                "localhost:8080",
                "127.0.0.1:8080",
                "http:",
                "http://",
                "http:///x",
                "//host",
                "://host",
                "http:host",
                "hello",
                "HTTP_STATUS:404"
            })
    void refusesAddressesWithoutSchemeOrHost(String service) {
        assertThatThrownBy(() -> parse(service))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        service + " is an invalid address, please make sure it has a scheme and a hostname");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://h/", "http://h:1/path", "https://h?x=1", "http://h#top"})
    void refusesAddressesWithAPath(String service) {
        assertThatThrownBy(() -> parse(service))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        service + " is an invalid address, ingress rules don't support proxying to a different path");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://h:0",
                "http://h:65536",
                "http://h:99999999999",
                "http://h:-1",
                "http://h:8o",
                "http://:80",
                "http://a:1:2",
                "http://[::1",
                "http://::1:80",
                "http://[xyz]",
                "http://a b",
                "http://a..b",
                "http://h\n"
            })
    void refusesBrokenAddresses(String service) {
        assertThatThrownBy(() -> parse(service)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void doesNotRepeatAPassword() {
        assertThatThrownBy(() -> parse("http://admin:hunter2@host:80"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hunter2");
    }

    private static Target parse(String service) {
        return ServiceTarget.parse(service, StreamOptions.DEFAULT);
    }
}
