package dev.adit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.EdgeSim;
import dev.adit.edgesim.EdgeSimOptions;
import dev.adit.edgesim.demo.StandIn;
import dev.adit.edgesim.tunnel.TunnelSpec;
import dev.adit.proxy.testing.Waiting;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A connector that ends and starts, as an event stream and its tunnel's edge see it; cloudflared's test_termination.py. */
@Timeout(180)
final class DrainIT {
    private static final String HOST = "tea.example.test";
    private static final String TUNNEL = "tea";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern METRICS =
            Pattern.compile("Starting metrics server on 127\\.0\\.0\\.1:([0-9]+)/metrics");

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<ConnectorProcess> started = new ArrayList<>();
    private final Path directory;
    private EdgeSim sim;

    DrainIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeEach
    void start() throws Exception {
        StandIn origin = StandIn.start(group, TUNNEL, 0);
        sim = EdgeSim.start(
                EdgeSimOptions.of(TunnelSpec.of(TUNNEL, List.of(HOST), "http://127.0.0.1:" + origin.port())));
        Files.writeString(directory.resolve("ca.pem"), sim.caPem());
        Files.writeString(directory.resolve("token"), sim.token(TUNNEL));
    }

    @AfterEach
    void stop() {
        started.forEach(ConnectorProcess::close);
        sim.close();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @CsvSource({"TERM,terminated", "INT,interrupt"})
    void streamGoesOnUntilTheGracePeriodIsOverWhileReadySaysNo(String signal, String name) throws Exception {
        ConnectorProcess connector = serve("8s");
        try (BufferedReader events = events()) {
            assertThat(event(events)).isEqualTo("data: tea event 1");

            connector.signal(signal);

            URI ready =
                    URI.create("http://127.0.0.1:" + connector.await(METRICS).group(1) + "/ready");
            Waiting.until("readiness is withdrawn", () -> status(ready) == 503);
            for (int second = 2; second <= 5; second++) {
                assertThat(event(events)).isEqualTo("data: tea event " + second);
            }
            assertThat(connector.exitCode()).isZero();
        }
        assertThat(connector.output())
                .contains("Initiating graceful shutdown due to signal " + name)
                .contains("no more connections active and exiting")
                .contains("Tunnel server stopped")
                .contains("Metrics server stopped");
    }

    @Test
    void processEndsBeforeTheGracePeriodWhenTheLastClientLeaves() throws Exception {
        ConnectorProcess connector = serve("3m");
        try (BufferedReader events = events()) {
            assertThat(event(events)).isEqualTo("data: tea event 1");
            connector.terminate();
            connector.await("Unregistered tunnel connection");
            assertThat(event(events)).isEqualTo("data: tea event 2");
            assertThat(connector.isAlive()).isTrue();
        }

        assertThat(connector.exitCode()).isZero();
    }

    @Test
    void processWithoutRequestsEndsBeforeTheGracePeriod() throws Exception {
        ConnectorProcess connector = serve("3m");

        connector.terminate();

        assertThat(connector.exitCode()).isZero();
    }

    @Test
    void graceOfZeroCutsAtOnce() throws Exception {
        ConnectorProcess connector = serve("0s");
        try (BufferedReader events = events()) {
            assertThat(event(events)).isEqualTo("data: tea event 1");

            connector.terminate();

            assertThat(connector.exitCode()).isZero();
        }
    }

    @Test
    void restartedProcessHasTheRulesThatTheEdgeSentBefore() throws Exception {
        ConnectorProcess first = serve("30s");
        first.await("Updated to new configuration version=1");
        assertThat(status(URI.create("http://" + HOST + "/"))).isEqualTo(200);
        first.terminate();
        assertThat(first.exitCode()).isZero();

        ConnectorProcess second = serve("30s");

        second.await("The edge confirms the saved configuration version=1");
        assertThat(second.output())
                .containsSubsequence(
                        "Serving the configuration that the edge sent before version=1",
                        "Registered tunnel connection",
                        "The edge confirms the saved configuration")
                .doesNotContain("Updated to new configuration");
        assertThat(status(URI.create("http://" + HOST + "/"))).isEqualTo(200);
    }

    private ConnectorProcess serve(String grace) throws Exception {
        Path log = Files.createDirectory(directory.resolve("log" + started.size()));
        ConnectorProcess connector = ConnectorProcess.start(
                log,
                Map.of(),
                "--token-file",
                directory.resolve("token").toString(),
                "--edge",
                "127.0.0.1:" + sim.ports().tunnel(),
                "--cacert",
                directory.resolve("ca.pem").toString(),
                "--ha-connections",
                "1",
                "--state-dir",
                directory.toString(),
                "--metrics",
                "127.0.0.1:0",
                "--grace-period",
                grace);
        started.add(connector);
        sim.awaitServing(TUNNEL, 1, LIMIT).get();
        connector.await(Pattern.compile("Updated to new configuration|The edge confirms"));
        return connector;
    }

    private BufferedReader events() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + HOST + "/events"))
                .timeout(LIMIT)
                .build();
        return new BufferedReader(new InputStreamReader(
                sim.client()
                        .send(request, HttpResponse.BodyHandlers.ofInputStream())
                        .body(),
                StandardCharsets.UTF_8));
    }

    private static String event(BufferedReader events) throws IOException {
        String line = events.readLine();
        assertThat(events.readLine()).isEmpty();
        return line;
    }

    private int status(URI uri) {
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(LIMIT).build();
        try {
            return (uri.getHost().equals(HOST) ? sim.client() : client)
                    .send(request, HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
