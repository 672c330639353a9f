package dev.adit.connector.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.supervise.RetryTimes;
import dev.adit.connector.tunnel.TunnelTimes;
import dev.adit.proxy.h2.Http2PingTimes;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class TimingsTest {
    @Test
    void waitsAsThoseWhoKnowCloudflaredExpect() {
        TunnelTimes tunnel = Timings.DEFAULT.tunnel();
        RetryTimes retry = Timings.DEFAULT.retry();
        Http2PingTimes ping = tunnel.ping();

        assertThat(tunnel.dial()).hasSeconds(15);
        assertThat(tunnel.controlStream()).hasSeconds(15);
        assertThat(tunnel.rpc()).hasSeconds(5);
        assertThat(ping.idle()).hasSeconds(15);
        assertThat(ping.busy()).hasSeconds(3);
        assertThat(ping.answer()).hasSeconds(4);
        assertThat(ping.slow()).hasSeconds(30);
        assertThat(ping.check()).hasMillis(500);
        assertThat(ping.quietStreams()).isEqualTo(1);
        assertThat(retry.stable()).hasSeconds(5);
        assertThat(retry.doublings()).isEqualTo(5);
        assertThat(retry.refused()).hasSeconds(7);
        assertThat(retry.mostRefused()).hasMinutes(5);
        assertThat(retry.exitAfter()).isNull();
    }

    @Test
    void takesOtherLimits() {
        assertThat(TunnelTimes.DEFAULT.withDial(Duration.ofSeconds(4)).dial()).hasSeconds(4);
        assertThat(RetryTimes.DEFAULT.withDoublings(7).doublings()).isEqualTo(7);
        assertThat(TunnelTimes.DEFAULT.withRpc(Duration.ofSeconds(9)).rpc()).hasSeconds(9);
        assertThat(RetryTimes.DEFAULT.withExitAfter(Duration.ofMinutes(2)).exitAfter())
                .hasMinutes(2);
        assertThat(TunnelTimes.DEFAULT.withControlStream(Duration.ofSeconds(8)).controlStream())
                .hasSeconds(8);
        Http2PingTimes ping = TunnelTimes.DEFAULT
                .withPing(Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofSeconds(1))
                .ping();
        assertThat(ping)
                .isEqualTo(new Http2PingTimes(
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(30),
                        Duration.ofMillis(125),
                        1));
    }
}
