package dev.adit.proxy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.testing.EngineHarness;
import dev.adit.proxy.testing.H2Client;
import dev.adit.proxy.testing.H2Stream;
import dev.adit.proxy.testing.RawOrigin;
import org.junit.jupiter.api.Test;

final class RequestFramingTest {
    @Test
    void passesTheLengthOn() {
        try (RawOrigin origin = new RawOrigin(peer -> {
                    String head = peer.readHead();
                    assertThat(head).contains("Content-Length: 3\r\n");
                    assertThat(peer.read(3)).isEqualTo("abc");
                    peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                });
                EngineHarness engine = new EngineHarness(origin.target());
                H2Client client = engine.client()) {
            H2Stream.Response response = client.open("POST", "/", "content-length", "3")
                    .send("abc")
                    .end()
                    .response();

            assertThat(response.status()).isEqualTo("200");
            assertThat(response.body()).isEqualTo("ok");
        }
    }
}
