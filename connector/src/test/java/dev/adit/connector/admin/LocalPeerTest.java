package dev.adit.connector.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.local.LocalAddress;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LocalPeerTest {
    private static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LocalHost:20241", "127.0.0.1", "127.0.0.2:1", "[::1]", "[::1]:20241"})
    void isWhoNamesThisMachine(String host) {
        assertThat(LocalPeer.is(LOOPBACK, headers("host", host))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"rebound.example", "rebound.example:20241", "localhost.example", "10.0.0.1:20241", "", "[::2]"})
    void isNotWhoNamesAnotherOne(String host) {
        assertThat(LocalPeer.is(LOOPBACK, headers("host", host))).isFalse();
    }

    @Test
    void isNotWhoNamesTwoOrNone() {
        assertThat(LocalPeer.is(LOOPBACK, headers("host", "localhost").add("host", "localhost")))
                .isFalse();
        assertThat(LocalPeer.is(LOOPBACK, new DefaultHttpHeaders())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Cf-Ray", "X-Forwarded-For", "Forwarded", "Via"})
    void isNotWhoComesThroughATunnelOrProxy(String field) {
        assertThat(LocalPeer.is(LOOPBACK, headers("host", "localhost").add(field, "x")))
                .isFalse();
        assertThat(LocalPeer.is(new LocalAddress("socket"), headers(field, "x")))
                .isFalse();
    }

    @Test
    void isNotWhoComesFromElsewhere() throws UnknownHostException {
        InetAddress elsewhere = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1});

        assertThat(LocalPeer.is(new InetSocketAddress(elsewhere, 40_000), headers("host", "localhost")))
                .isFalse();
    }

    @Test
    void isWhoeverMayOpenTheSocket() {
        assertThat(LocalPeer.is(new LocalAddress("socket"), headers("host", "any")))
                .isTrue();
    }

    private static HttpHeaders headers(String name, String value) {
        return new DefaultHttpHeaders().add(name, value);
    }
}
