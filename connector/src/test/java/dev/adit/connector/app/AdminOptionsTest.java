package dev.adit.connector.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.connector.admin.AdminAddress;
import dev.adit.connector.settings.KnownSettings;
import dev.adit.connector.settings.SettingsReader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AdminOptionsTest {
    @Test
    void listensAtTheUsualPortsByDefault() {
        AdminOptions options = options(Map.of());

        assertThat(options.address()).isEqualTo(new AdminAddress.Usual());
        assertThat(options.settings()).containsEntry("loglevel", "info").containsKey("uid");
    }

    @Test
    void listensWhereItIsTold() {
        assertThat(options(Map.of("metrics", "0.0.0.0:9090")).address())
                .isEqualTo(new AdminAddress.Tcp("0.0.0.0", 9090));
    }

    @Test
    void tellsNoSecret() {
        assertThat(options(Map.of(
                                "token", "eyJhIjoiYSJ9",
                                "credentials-contents", "{\"TunnelSecret\":\"eyJhIjoiYSJ9\"}",
                                "token-file", "tunnel.token",
                                "url", "http://user:eyJhIjoiYSJ9@localhost",
                                "edge-proxy", "http://user:eyJhIjoiYSJ9@localhost:1"))
                        .settings())
                .doesNotContainKeys("token", "credentials-contents")
                .containsEntry("token-file", "tunnel.token")
                .containsEntry("url", "http://***@localhost")
                .containsEntry("edge-proxy", "http://***@localhost:1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"user:s3cret@host", "http://user:s3c/ret@host", "http://s3cret@x:s3cret@host"})
    void tellsNoPasswordWhereverItIs(String url) {
        assertThat(options(Map.of("url", url)).settings().get("url"))
                .endsWith("***@host")
                .doesNotContain("s3c", "ret");
    }

    @Test
    void namesThePlaceOfAnAddressThatIsNone() {
        assertThatThrownBy(() -> AdminOptions.of(new SettingsReader(KnownSettings.ALL)
                        .environment(Map.of("TUNNEL_METRICS", "here"))
                        .settings()))
                .hasMessage("TUNNEL_METRICS: \"here\" is no address to listen on: expected HOST:PORT or unix:PATH");
    }

    private static AdminOptions options(Map<String, String> given) {
        SettingsReader reader = new SettingsReader(KnownSettings.ALL);
        given.forEach((name, text) -> reader.commandLine(Map.of(name, List.of(text))));
        return AdminOptions.of(reader.settings());
    }
}
