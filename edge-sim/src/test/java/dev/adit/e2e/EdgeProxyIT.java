package dev.adit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.EdgeSim;
import dev.adit.edgesim.EdgeSimOptions;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A connector that gets to the edge only through a proxy. */
@Timeout(120)
final class EdgeProxyIT {
    private static final String PASSWORD = "p:w/hidden-word";

    private final Path directory;
    private final EdgeSim sim;
    private final ConnectProxy proxy = new ConnectProxy("user", PASSWORD);
    private final Map<String, String> variables = new HashMap<>();

    EdgeProxyIT(@TempDir Path directory) throws IOException {
        this.directory = directory;
        sim = EdgeSim.start(EdgeSimOptions.of(TunnelSpec.of("golden", List.of("golden.example.test"), null)));
        variables.put("TUNNEL_TOKEN", sim.token("golden"));
        variables.put("TUNNEL_EDGE", "127.0.0.1:" + sim.ports().tunnel());
        variables.put(
                "TUNNEL_CACERT",
                Files.writeString(directory.resolve("ca.pem"), sim.caPem()).toString());
    }

    @AfterEach
    void stop() throws IOException {
        sim.close();
        proxy.close();
    }

    @Test
    void servesThroughAProxyThatWantsAPassword() throws Exception {
        variables.put("TUNNEL_EDGE_PROXY", "http://user:p%3Aw%2Fhidden-word@127.0.0.1:" + proxy.port());
        try (ConnectorProcess connector =
                ConnectorProcess.start(directory, variables, "--hello-world", "--metrics=127.0.0.1:0")) {
            sim.awaitServing("golden", 4, Duration.ofSeconds(60)).join();

            HttpRequest get = HttpRequest.newBuilder(URI.create("http://golden.example.test/"))
                    .build();
            assertThat(sim.client()
                            .send(get, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
            assertThat(proxy.heads())
                    .hasSizeGreaterThanOrEqualTo(4)
                    .allMatch(head ->
                            head.startsWith("CONNECT 127.0.0.1:" + sim.ports().tunnel() + " HTTP/1.1\r\n"));
            assertThat(connector.output())
                    .contains("The edge is reached through the proxy http://***@127.0.0.1:" + proxy.port())
                    .doesNotContain(PASSWORD)
                    .doesNotContain("hidden-word");
        }
    }

    @Test
    void saysThatTheProxyWantsAPassword() throws Exception {
        variables.put("TUNNEL_EDGE_PROXY", "http://127.0.0.1:" + proxy.port());
        try (ConnectorProcess connector = start()) {
            connector.await("the proxy 127.0.0.1:" + proxy.port() + " wants a user and a password (407)");

            assertThat(connector.output()).doesNotContain("Exception");
        }
    }

    @Test
    void saysThatThePasswordIsWrongAndDoesNotShowIt() throws Exception {
        try (ConnectorProcess connector = start("--edge-proxy=http://user:wrong0815@127.0.0.1:" + proxy.port())) {
            connector.await("the proxy's password is on the command line");
            connector.await(
                    "the proxy 127.0.0.1:" + proxy.port() + " refuses the user and the password of --edge-proxy (407)");

            assertThat(connector.output()).doesNotContain("wrong0815").doesNotContain("Exception");
        }
    }

    @Test
    void saysThatTheProxyIsNotThere() throws Exception {
        proxy.close();
        variables.put("TUNNEL_EDGE_PROXY", "http://127.0.0.1:" + proxy.port());
        try (ConnectorProcess connector = start()) {
            connector.await("the proxy 127.0.0.1:" + proxy.port() + " can't be used: ");
        }
    }

    @Test
    void isCheckedWithNamesThatOnlyTheProxyKnows() throws Exception {
        proxy.knows("edge.only-the-proxy-knows.invalid", "127.0.0.1");
        variables.put(
                "TUNNEL_EDGE",
                "edge.only-the-proxy-knows.invalid:" + sim.ports().tunnel());
        variables.put("TUNNEL_EDGE_PROXY", "http://user:p%3Aw%2Fhidden-word@127.0.0.1:" + proxy.port());
        variables.put("TUNNEL_API_URL", sim.apiOrigin() + "/client/v4");
        try (ConnectorProcess check = ConnectorProcess.startAdit(directory, variables, List.of("check"))) {
            assertThat(check.exitCode()).as(check.output()).isZero();

            assertThat(check.output())
                    .containsPattern("DNS Resolution +edge.only-the-proxy-knows.invalid +SKIP +the proxy looks it up")
                    .containsPattern("TCP Connectivity +edge.only-the-proxy-knows.invalid:"
                            + sim.ports().tunnel() + " +PASS +HTTP/2 connection successful")
                    .containsPattern("Edge Proxy +127.0.0.1:" + proxy.port() + " +PASS")
                    .contains("SUMMARY: Environment is healthy")
                    .doesNotContain("hidden-word");
        }
    }

    private ConnectorProcess start(String... more) throws IOException {
        List<String> args = new ArrayList<>(List.of("--hello-world", "--metrics=127.0.0.1:0", "--ha-connections=1"));
        args.addAll(List.of(more));
        return ConnectorProcess.start(directory, variables, args.toArray(String[]::new));
    }
}
