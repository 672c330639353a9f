package dev.adit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.admin.AdminAddress;
import dev.adit.connector.admin.AdminClient;
import dev.adit.edgesim.EdgeOptions;
import dev.adit.edgesim.EdgeSim;
import dev.adit.edgesim.EdgeSimOptions;
import dev.adit.edgesim.fault.Fault;
import dev.adit.edgesim.fault.FaultOrder;
import dev.adit.edgesim.fault.Scope;
import dev.adit.edgesim.region.RegionSpec;
import dev.adit.edgesim.tunnel.TunnelSpec;
import dev.adit.proxy.testing.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cloudflared's own component tests look at, with the simulator in the place of the edge. */
@Timeout(240)
final class ComponentIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String HOST = "golden.example.test";
    private static final String V4 = "\"127\\.0\\.0\\.1\"";
    private static final String V6 = "\"(::1|0:0:0:0:0:0:0:1)\"";

    private final Path directory;
    private final EdgeSim sim;
    private final Map<String, String> variables = new HashMap<>();

    ComponentIT(@TempDir Path directory) throws IOException {
        this.directory = directory;
        List<RegionSpec> regions = List.of(
                RegionSpec.parse("region1=127.0.0.1:0,127.0.0.2:0", 1),
                RegionSpec.parse("region2=127.0.0.3:0,127.0.0.4:0", 2),
                RegionSpec.parse("six=[::1]:0", 3));
        sim = EdgeSim.start(EdgeSimOptions.of(TunnelSpec.of("golden", List.of(HOST), null))
                .withEdge(EdgeOptions.defaults().withRegions(regions).withDnsPort(0)));
        variables.put("TUNNEL_TOKEN", sim.token("golden"));
        variables.put("TUNNEL_API_URL", sim.apiOrigin() + "/client/v4");
        variables.put("TUNNEL_API_TOKEN", sim.apiToken());
        variables.put("TUNNEL_METRICS", "unix:" + directory.resolve("admin.sock"));
        variables.put("TUNNEL_HELLO_WORLD", "true");
        variables.put(
                "TUNNEL_DNS_SERVER",
                "127.0.0.1:" + Objects.requireNonNull(sim.dnsAddress()).getPort());
        variables.put(
                "TUNNEL_CACERT",
                Files.writeString(directory.resolve("ca.pem"), sim.caPem()).toString());
    }

    @AfterEach
    void stop() {
        sim.close();
    }

    @Test
    void servesTheHelloPageThroughTheTunnel() throws Exception {
        try (ConnectorProcess connector = ConnectorProcess.start(directory, variables)) {
            sim.awaitServing("golden", 4, LIMIT).join();

            HttpResponse<String> page = get("/");
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).contains("<html");
            assertThat(connector.isAlive()).isTrue();
        }
    }

    @Test
    void servesItsOwnReadinessThroughTheTunnelAndNothingThatChangesIt() throws Exception {
        int port = freePort();
        variables.remove("TUNNEL_HELLO_WORLD");
        variables.put("TUNNEL_METRICS", "127.0.0.1:" + port);
        variables.put("TUNNEL_URL", "http://127.0.0.1:" + port);
        try (ConnectorProcess connector = ConnectorProcess.start(directory, variables)) {
            sim.awaitServing("golden", 4, LIMIT).join();

            Waiting.until("ready through the tunnel", () -> status("/ready") == 200);
            assertThat(status("/requests")).isEqualTo(403);
            assertThat(connector.isAlive()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"4", "auto"})
    void tellsTheApiFromWhereItDials(String version) throws Exception {
        variables.put("TUNNEL_EDGE_IP_VERSION", version);
        try (ConnectorProcess connector = ConnectorProcess.start(directory, variables);
                ConnectorProcess info = connected(4)) {
            assertThat(info.exitCode()).isZero();
            assertThat(Pattern.compile("\"origin_ip\" : " + V4)
                            .matcher(info.output())
                            .results())
                    .hasSize(4);
            assertThat(connector.isAlive()).isTrue();
        }
    }

    @Test
    void tellsTheApiThatItDialsByIpv6() throws Exception {
        variables.put("TUNNEL_EDGE_IP_VERSION", "6");
        variables.put("TUNNEL_REGION", "six");
        try (ConnectorProcess connector = ConnectorProcess.start(directory, variables);
                ConnectorProcess info = connected(1)) {
            assertThat(info.exitCode()).isZero();
            assertThat(info.output()).containsPattern("\"origin_ip\" : " + V6);
            assertThat(info.output()).doesNotContainPattern("\"origin_ip\" : " + V4);
            assertThat(connector.isAlive()).isTrue();
        }
    }

    @Test
    void comesBackEachTimeThatAllConnectionsAreLost() throws Exception {
        variables.put("TUNNEL_EDGE", "127.0.0.1:" + sim.tunnelAddresses().get(0).getPort());
        variables.put("TUNNEL_HA_CONNECTIONS", "1");
        try (ConnectorProcess connector = ConnectorProcess.start(directory, variables)) {
            sim.awaitServing("golden", 1, LIMIT).join();
            for (int i = 0; i < 3; i++) {
                sim.inject(FaultOrder.of(new Fault.RegionLoss()).in(new Scope.OfRegion("region1")));
                Waiting.until("not ready", () -> ready() == 503);
                sim.heal();
                sim.awaitServing("golden", 1, LIMIT).join();
                Waiting.until("ready again", () -> ready() == 200);
                assertThat(get("/").statusCode()).isEqualTo(200);
            }
            assertThat(connector.isAlive()).isTrue();
        }
    }

    @Test
    void hasAnotherIdAtEachStart() throws Exception {
        assertThat(idOfOneStart()).isNotEqualTo(idOfOneStart());
    }

    private UUID idOfOneStart() throws Exception {
        try (ConnectorProcess connector = ConnectorProcess.start(directory, variables)) {
            UUID id = sim.awaitServing("golden", 1, LIMIT)
                    .join()
                    .get(0)
                    .registration()
                    .options()
                    .client()
                    .id();
            connector.terminate();
            assertThat(connector.exitCode()).isZero();
            Waiting.until(
                    "the edge has seen the end", () -> sim.sessions("golden").isEmpty());
            return id;
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "9, 4"})
    void takesAsManyThreadsAsItHasProcessors(int processors, int loops) throws Exception {
        // What the JVM finds out from the limits of a container.
        variables.put("JAVA_TOOL_OPTIONS", "-XX:ActiveProcessorCount=" + processors);
        try (ConnectorProcess connector = ConnectorProcess.start(directory, variables)) {
            sim.awaitServing("golden", 4, LIMIT).join();

            String threads = admin().ask("GET", "/diag/threads", Waiting.LIMIT).body();
            assertThat(Pattern.compile("\"adit-loop-[0-9-]+\"")
                            .matcher(threads)
                            .results()
                            .distinct())
                    .hasSize(loops);
            assertThat(connector.isAlive()).isTrue();
        }
    }

    /** What {@code tunnel info} says when {@code count} connections are up. */
    private ConnectorProcess connected(int count) throws IOException {
        sim.awaitServing("golden", count, LIMIT).join();
        return ConnectorProcess.startAdit(
                directory, variables, List.of("tunnel", "info", "golden", "--output", "json"));
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest get =
                HttpRequest.newBuilder(URI.create("http://" + HOST + path)).build();
        return sim.client().send(get, HttpResponse.BodyHandlers.ofString());
    }

    private int status(String path) {
        try {
            return get(path).statusCode();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private int ready() {
        try {
            return admin().ask("GET", "/ready", Waiting.LIMIT).status();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private AdminClient admin() {
        return AdminClient.of(new AdminAddress.Unix(directory.resolve("admin.sock")));
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
