package dev.adit.connector.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.proxy.route.Target;
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
        assertThat(ServiceTarget.parse(service)).isEqualTo(new Target.HttpOrigin(tls, host, port));
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 404, 503, 999})
    void readsFixedStatuses(int status) {
        assertThat(ServiceTarget.parse("http_status:" + status)).isEqualTo(new Target.FixedStatus(status));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "99", "1000", "abc", "-404", "+404", "404 ", "0404", "2147483648"})
    void refusesOtherStatuses(String status) {
        assertThatThrownBy(() -> ServiceTarget.parse("http_status:" + status))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("invalid HTTP status code");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello_world", "hello-world"})
    void readsTheHelloService(String service) {
        assertThat(ServiceTarget.parse(service)).isEqualTo(new Target.Hello());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tcp://localhost:22",
                "ssh://localhost",
                "rdp://localhost",
                "smb://localhost:445",
                "unix:/run/app.sock",
                "unix+tls:/run/app.sock",
                "bastion",
                "socks-proxy"
            })
    void refusesWhatIsNotSupportedYet(String service) {
        assertThatThrownBy(() -> ServiceTarget.parse(service))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("service \"" + service + "\" is not supported by this version");
    }

    @ParameterizedTest
    @ValueSource(strings = {"htpp://x", "h2c://x:1", "grpc://x", "https+insecure://x", "ftp://x/y"})
    void refusesUnknownSchemes(String service) {
        assertThatThrownBy(() -> ServiceTarget.parse(service))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("\"" + service + "\" is not a known service");
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
        assertThatThrownBy(() -> ServiceTarget.parse(service))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        service + " is an invalid address, please make sure it has a scheme and a hostname");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://h/", "http://h:1/path", "https://h?x=1", "http://h#top"})
    void refusesAddressesWithAPath(String service) {
        assertThatThrownBy(() -> ServiceTarget.parse(service))
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
        assertThatThrownBy(() -> ServiceTarget.parse(service)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void doesNotRepeatAPassword() {
        assertThatThrownBy(() -> ServiceTarget.parse("http://admin:hunter2@host:80"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hunter2");
    }
}
