package dev.adit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.app.ConnectorOptions;
import dev.adit.connector.app.Daemon;
import dev.adit.connector.app.Timings;
import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.edge.EdgeOptions;
import dev.adit.connector.ingress.IngressReader;
import dev.adit.connector.wire.TunnelToken;
import dev.adit.edgesim.EdgeSim;
import dev.adit.edgesim.EdgeSimOptions;
import dev.adit.edgesim.fault.Corruption;
import dev.adit.edgesim.fault.Fault;
import dev.adit.edgesim.fault.FaultOrder;
import dev.adit.edgesim.fault.Flow;
import dev.adit.edgesim.link.Ending;
import dev.adit.edgesim.tunnel.TunnelSession;
import dev.adit.edgesim.tunnel.TunnelSpec;
import dev.adit.proxy.config.ConfigNode;
import dev.adit.proxy.testing.Waiting;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The connector lives through faults of the simulator, or comes back after them. */
@Timeout(180)
class FaultsIT {
    // A connector waits up to 24 s before its second try.
    private static final Duration BACK_LIMIT = Duration.ofSeconds(100);

    @TempDir
    private Path directory;

    private EdgeSim sim;
    private Daemon daemon;

    @BeforeEach
    void start() throws Exception {
        sim = EdgeSim.start(EdgeSimOptions.of(TunnelSpec.of("tea", List.of("tea.example.test"), null)));
        ConfigNode config = ConfigNode.yaml("config.yml", "ingress: [{service: 'http_status:418'}]");
        Path ca = Files.writeString(directory.resolve("ca.pem"), sim.caPem());
        daemon = new Daemon(new ConnectorOptions(
                TunnelToken.parse(sim.token("tea")),
                EdgeOptions.at(List.of(new EdgeAddress("127.0.0.1", sim.ports().tunnel()))),
                ca,
                IngressReader.local(config),
                1,
                Duration.ofSeconds(1),
                Map.of("protocol", "http2"),
                Timings.DEFAULT));
        daemon.start();
        session();
    }

    @AfterEach
    void stop() {
        daemon.close();
        sim.close();
    }

    @Test
    void answersAfterAShortHoleOnTheSameConnection() throws Exception {
        TunnelSession before = session();
        sim.inject(FaultOrder.of(new Fault.BlackHole(Flow.BOTH)).lasting(Duration.ofMillis(700)));

        assertThat(status()).contains("418");
        assertThat(session()).isSameAs(before);
    }

    @Test
    void answersOverASlowLinkWithTinyWindows() throws Exception {
        sim.inject(new Fault.SlowLink(Flow.BOTH, Duration.ofMillis(50), Duration.ofMillis(20), 20_000));
        sim.inject(new Fault.TinyWindows(16));

        assertThat(status()).contains("418");
    }

    @Test
    void comesBackAfterARst() throws Exception {
        comesBackAfter(new Fault.CutAll(Ending.RST));
    }

    @Test
    void comesBackAfterBytesThatItMustNotAccept() throws Exception {
        comesBackAfter(new Fault.CorruptFrame(Corruption.STREAM));
    }

    private void comesBackAfter(Fault fault) throws Exception {
        TunnelSession before = session();

        sim.inject(fault);

        Waiting.until("the connection is gone", () -> !sim.sessions("tea").contains(before));
        assertThat(session()).isNotSameAs(before);
        assertThat(status()).contains("418");
    }

    private TunnelSession session() throws Exception {
        return sim.awaitServing("tea", 1, BACK_LIMIT)
                .get(BACK_LIMIT.toSeconds(), TimeUnit.SECONDS)
                .get(0);
    }

    private String status() throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), sim.ports().http())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: tea.example.test\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }
}
