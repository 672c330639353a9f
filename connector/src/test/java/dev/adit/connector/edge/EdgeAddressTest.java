package dev.adit.connector.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EdgeAddressTest {
    @ParameterizedTest
    @CsvSource({
        "edge.example:7844, edge.example, 7844",
        "127.0.0.1:1, 127.0.0.1, 1",
        "[::1]:65535, ::1, 65535",
        "[2606:4700::1]:7844, 2606:4700::1, 7844"
    })
    void readsHostAndPort(String text, String host, int port) {
        EdgeAddress address = EdgeAddress.parse(text);

        assertThat(address).isEqualTo(new EdgeAddress(host, port));
        assertThat(address).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "edge.example", ":7844", "[]:7844"})
    void wantsBothParts(String text) {
        assertThatThrownBy(() -> EdgeAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"" + text + "\" is not an edge address: expected HOST:PORT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"e:0", "e:65536", "e:-1", "e:", "e:http", "e: 1", "e:99999999999"})
    void wantsAPortThatExists(String text) {
        assertThatThrownBy(() -> EdgeAddress.parse(text))
                .hasMessage("\"" + text + "\" is not an edge address: the port must be 1 to 65535");
    }

    @Test
    void wantsBracketsAroundIpv6() {
        assertThatThrownBy(() -> EdgeAddress.parse("::1:7844"))
                .hasMessage("\"::1:7844\" is not an edge address: an IPv6 address goes into brackets");
    }
}
