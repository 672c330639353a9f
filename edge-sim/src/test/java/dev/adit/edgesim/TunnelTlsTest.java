package dev.adit.edgesim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.tunnel.TunnelSpec;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The handshakes of connectors with different key exchange groups. */
@Timeout(60)
class TunnelTlsTest {
    private EdgeSim sim;

    @BeforeEach
    void start() throws Exception {
        sim = EdgeSim.start(
                EdgeSimOptions.of(TunnelSpec.parse("golden=www.example.com").withToken(ConnectorDouble.GOLDEN_TOKEN)));
    }

    @AfterEach
    void stop() {
        sim.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"X25519MLKEM768,secp256r1", "secp256r1", "secp384r1,secp256r1"})
    void registersAConnectorThatOffers(String groups) throws Exception {
        try (ConnectorDouble connector =
                ConnectorDouble.dial(tunnelPort(), BouncyClient.offering(sim.ca(), groups.split(",", -1)))) {
            connector.register(ConnectorDouble.GOLDEN_TOKEN, 0, ConnectorDouble.CLIENT);

            assertThat(sim.awaitServing("golden", 1, Duration.ofSeconds(20)).get(20, TimeUnit.SECONDS))
                    .hasSize(1);
        }
    }

    @Test
    void agreesOnAPostQuantumGroupWithAConnectorThatOffersNothingElse() throws Exception {
        byte[] hello = ClientHello.postQuantumOnly("h2.cftunnel.com");
        try (RawClient client = new RawClient(sim.ports().tunnel())) {
            client.send(new String(hello, StandardCharsets.ISO_8859_1));

            assertThat(ClientHello.agreedGroup(client.readTlsRecord())).isEqualTo(0x11ec);
        }
    }

    @Test
    void readsAHelloThatComesInPieces() throws Exception {
        String hello = new String(ClientHello.postQuantumOnly("h2.cftunnel.com"), StandardCharsets.ISO_8859_1);
        try (RawClient client = new RawClient(sim.ports().tunnel())) {
            for (int at = 0; at < hello.length(); at += 400) {
                client.send(hello.substring(at, Math.min(at + 400, hello.length())));
            }

            assertThat(ClientHello.agreedGroup(client.readTlsRecord())).isEqualTo(0x11ec);
        }
    }

    private InetSocketAddress tunnelPort() {
        return new InetSocketAddress(
                InetAddress.getLoopbackAddress(), sim.ports().tunnel());
    }
}
