package dev.adit.connector.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StreamKindTest {
    @ParameterizedTest
    @CsvSource({
        "                     ,      , HTTP",
        "update-configuration ,      , CONFIGURATION",
        "update-configuration , src  , CONFIGURATION",
        "websocket            ,      , WEBSOCKET",
        "websocket            , src  , WEBSOCKET",
        "control-stream       ,      , CONTROL",
        "control-stream       , ''   , CONTROL",
        "control-stream       , src  , TCP",
        "                     , src  , TCP",
        "                     , ''   , HTTP",
        "other                , src  , TCP",
        "other                ,      , HTTP",
        "''                   ,      , HTTP",
        "Websocket            ,      , HTTP",
        "Control-Stream       ,      , HTTP",
        "UPDATE-CONFIGURATION ,      , HTTP",
        "websocket2           ,      , HTTP",
    })
    void followsTheOrderOfTheProtocol(@Nullable String upgrade, @Nullable String source, StreamKind kind) {
        HttpHeaders headers = new DefaultHttpHeaders();
        if (upgrade != null) {
            headers.add("Cf-Cloudflared-Proxy-Connection-Upgrade", upgrade);
        }
        if (source != null) {
            headers.add("CF-CLOUDFLARED-PROXY-SRC", source);
        }

        assertThat(StreamKind.of(headers)).isEqualTo(kind);
    }

    @Test
    void looksAtTheFirstValueOnly() {
        HttpHeaders headers = new DefaultHttpHeaders();
        headers.add(TunnelHeaders.PROXY_CONNECTION_UPGRADE, "other");
        headers.add(TunnelHeaders.PROXY_CONNECTION_UPGRADE, TunnelHeaders.UPGRADE_WEBSOCKET);

        assertThat(StreamKind.of(headers)).isEqualTo(StreamKind.HTTP);
    }
}
