package dev.adit.edgesim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.tls.CertificateFault;
import dev.adit.edgesim.tls.PostQuantum;
import dev.adit.edgesim.tls.SimCertificates;
import dev.adit.edgesim.tls.SimTls;
import dev.adit.edgesim.tunnel.TunnelSpec;
import io.netty.handler.ssl.JdkSslContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The handshakes of connectors with different key exchange groups. */
@Timeout(60)
class TunnelTlsTest {
    private EdgeSim sim;

    @BeforeEach
    void start() throws Exception {
        sim = EdgeSim.start(options());
    }

    private static EdgeSimOptions options() {
        return EdgeSimOptions.of(TunnelSpec.parse("golden=www.example.com").withToken(ConnectorDouble.GOLDEN_TOKEN));
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

    @Test
    void asksForAnotherGroupWhenToldToAvoidPostQuantumOnes() throws Exception {
        sim.close();
        sim = EdgeSim.start(options().withEdge(EdgeOptions.defaults().withPostQuantum(PostQuantum.NEVER)));

        registersAConnectorThatOffers("X25519MLKEM768,secp256r1");
    }

    @ParameterizedTest
    @CsvSource({
        "NOT_YET_VALID, CertificateNotYetValidException",
        "EXPIRED, CertificateExpiredException",
        "OTHER_AUTHORITY, SignatureException"
    })
    void showsAFaultyCertificate(CertificateFault fault, String seen) throws Exception {
        SimCertificates certificates = new SimCertificates();
        SimTls tls = new SimTls(certificates);
        tls.tunnelCertificate(fault);

        assertThat(refusal(tls, certificates)).contains(seen);

        tls.tunnelCertificate(null);

        assertThat(refusal(tls, certificates)).isEmpty();
    }

    // The simple names of the causes for which a connector refuses the handshake; none if it does not.
    private static List<String> refusal(SimTls tls, SimCertificates certificates) throws Exception {
        List<String> names = new ArrayList<>();
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> serve(listening, tls));
            try {
                TlsClient.to(listening.getLocalPort(), certificates.ca(), "h2.cftunnel.com")
                        .close();
            } catch (SSLException e) {
                for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                    names.add(cause.getClass().getSimpleName());
                }
            }
            served.get(10, TimeUnit.SECONDS);
        }
        return names;
    }

    private static void serve(ServerSocket listening, SimTls tls) {
        SSLContext context = ((JdkSslContext) tls.tunnel()).context();
        try (Socket plain = listening.accept();
                SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, null, true)) {
            socket.setSoTimeout(10_000);
            socket.startHandshake();
        } catch (IOException e) {
            // What the client says of it is what counts.
            assertThat(listening.isClosed()).isFalse();
        }
    }

    private InetSocketAddress tunnelPort() {
        return new InetSocketAddress(
                InetAddress.getLoopbackAddress(), sim.ports().tunnel());
    }
}
