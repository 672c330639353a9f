package dev.adit.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.proxy.testing.OriginOptionsBuilder;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class OriginOptionsTest {
    @Test
    void hasTheDefaultsOfCloudflared() {
        OriginOptions options = OriginOptions.DEFAULT;

        assertThat(options.connectTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(options.tlsTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(options.responseTimeout()).isZero();
        assertThat(options.tcpKeepAlive()).isEqualTo(Duration.ofSeconds(30));
        assertThat(options.keepAliveConnections()).isEqualTo(100);
        assertThat(options.keepAliveTimeout()).isEqualTo(Duration.ofSeconds(90));
        assertThat(options.httpHostHeader()).isNull();
        assertThat(options.originServerName()).isNull();
        assertThat(options.caPool()).isNull();
        assertThat(options.noTlsVerify()).isFalse();
        assertThat(options.disableChunkedEncoding()).isFalse();
        assertThat(options.matchSniToHost()).isFalse();
        assertThat(options.noHappyEyeballs()).isFalse();
        assertThat(options.http2Origin()).isFalse();
        assertThat(options.connectRetry()).isEqualTo(Duration.ofSeconds(5));
        assertThat(options.maxConnections()).isEqualTo(4096);
        assertThat(options.bodyIdleTimeout()).isZero();
        assertThat(options.maxResponseHeaderBytes()).isEqualTo(1_048_576);
        assertThat(options.realClientAddress()).isFalse();
    }

    @Test
    void keepsWhatItIsGiven() {
        OriginOptions options = new OriginOptions(
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                Duration.ofSeconds(4),
                5,
                Duration.ofSeconds(6),
                "host",
                "name",
                Path.of("ca.pem"),
                true,
                true,
                true,
                true,
                true,
                Duration.ofSeconds(7),
                8,
                Duration.ofSeconds(9),
                10_000,
                true);

        assertThat(options.connectTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(options.tlsTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(options.responseTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(options.tcpKeepAlive()).isEqualTo(Duration.ofSeconds(4));
        assertThat(options.keepAliveConnections()).isEqualTo(5);
        assertThat(options.keepAliveTimeout()).isEqualTo(Duration.ofSeconds(6));
        assertThat(options.httpHostHeader()).isEqualTo("host");
        assertThat(options.originServerName()).isEqualTo("name");
        assertThat(options.caPool()).isEqualTo(Path.of("ca.pem"));
        assertThat(options.noTlsVerify()).isTrue();
        assertThat(options.disableChunkedEncoding()).isTrue();
        assertThat(options.matchSniToHost()).isTrue();
        assertThat(options.noHappyEyeballs()).isTrue();
        assertThat(options.http2Origin()).isTrue();
        assertThat(options.connectRetry()).isEqualTo(Duration.ofSeconds(7));
        assertThat(options.maxConnections()).isEqualTo(8);
        assertThat(options.bodyIdleTimeout()).isEqualTo(Duration.ofSeconds(9));
        assertThat(options.maxResponseHeaderBytes()).isEqualTo(10_000);
        assertThat(options.realClientAddress()).isTrue();
    }

    @Test
    void refusesTimesAndCountsThatMakeNoSense() {
        assertRefused("connectTimeout", new OriginOptionsBuilder().connectTimeout(Duration.ZERO));
        assertRefused("tlsTimeout", new OriginOptionsBuilder().tlsTimeout(Duration.ofSeconds(-1)));
        assertRefused("responseTimeout", new OriginOptionsBuilder().responseTimeout(Duration.ofSeconds(-1)));
        assertRefused("connectRetry", new OriginOptionsBuilder().connectRetry(Duration.ofSeconds(-1)));
        assertRefused("maxResponseHeaderBytes", new OriginOptionsBuilder().maxResponseHeaderBytes(1023));
        assertRefused("bodyIdleTimeout", new OriginOptionsBuilder().bodyIdleTimeout(Duration.ofSeconds(-1)));
        assertRefused("maxConnections", new OriginOptionsBuilder().maxConnections(-1));
        assertRefused("keepAliveTimeout", new OriginOptionsBuilder().keepAliveTimeout(Duration.ZERO));
        assertRefused("keepAliveConnections", new OriginOptionsBuilder().keepAliveConnections(-1));
    }

    private static void assertRefused(String key, OriginOptionsBuilder builder) {
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(key);
    }
}
