package dev.adit.connector.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.edge.EdgeOptions;
import dev.adit.connector.settings.KnownSettings;
import dev.adit.connector.settings.Settings;
import dev.adit.connector.settings.SettingsReader;
import dev.adit.connector.wire.CallParams;
import dev.adit.connector.wire.RegistrationRequest;
import dev.adit.connector.wire.TunnelSecret;
import dev.adit.connector.wire.TunnelToken;
import dev.adit.proxy.http.ExchangeKind;
import dev.adit.proxy.http.RequestHead;
import dev.adit.proxy.http.ResponseHead;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Whatever is put into a text by mistake shows no secret. */
final class MaskedTextTest {
    private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final TunnelToken token = new TunnelToken("account", new UUID(1, 2), TunnelSecret.of(SECRET), null);

    @Test
    void credentials() {
        assertMasked(token);
        assertMasked(new RegistrationRequest.Auth("account", token.secret()));
        assertMasked(new CallParams.RegisterConnection(new RegistrationRequest(
                new RegistrationRequest.Auth("account", token.secret()),
                token.tunnelId(),
                0,
                new RegistrationRequest.Options(
                        new RegistrationRequest.Client(new UUID(3, 4), List.of(), "1", "linux_amd64"), null, 0))));
    }

    @Test
    void settings() {
        Settings settings = new SettingsReader(KnownSettings.ALL)
                .commandLine(Map.of("token", List.of(token.encode())))
                .settings();

        assertMasked(settings);
        assertMasked(new Identity(settings, Map.of("TUNNEL_TOKEN", token.encode()), List.of(Path.of("/etc/adit"))));
        assertMasked(new ConnectorOptions(
                token,
                EdgeOptions.at(List.of(new EdgeAddress("127.0.0.1", 1))),
                null,
                null,
                1,
                Duration.ZERO,
                Map.of(),
                Timings.DEFAULT));
    }

    @Test
    void requestsAndResponses() {
        assertMasked(new RequestHead(
                ExchangeKind.HTTP,
                "GET",
                "a",
                "/p?token=" + token.encode(),
                new DefaultHttpHeaders().set("cookie", token.encode()).set("authorization", "Bearer " + token.encode()),
                -1,
                false));
        assertMasked(new ResponseHead(200, new DefaultHttpHeaders().set("set-cookie", token.encode()), false));
    }

    private void assertMasked(Object object) {
        assertThat(object.toString())
                .doesNotContain(token.encode())
                .doesNotContain(token.encode().substring(8, 40))
                .doesNotContain(new String(SECRET, StandardCharsets.US_ASCII))
                .doesNotContain(Base64.getEncoder().encodeToString(SECRET))
                .doesNotContainIgnoringCase(HexFormat.of().formatHex(SECRET))
                .doesNotContain(Arrays.toString(SECRET));
    }
}
