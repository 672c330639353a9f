package dev.adit.edgesim.junit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.adit.edgesim.EdgeSim;
import dev.adit.edgesim.eyeball.PublicRequest;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The example of the module's README: {@code ReadmeTest} compares them. */
@Timeout(90)
class LibraryExampleIT {
    private static final List<String> CONNECTOR = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "dev.adit.connector.app.Main",
            "tunnel",
            "run");
    private static final HttpServer ORIGIN = origin();

    // README begins
    @RegisterExtension
    static final EdgeSimExtension EDGE = EdgeSimExtension.withTunnels(TunnelSpec.of(
            "ci",
            List.of("ci.example.test"),
            "http://127.0.0.1:" + ORIGIN.getAddress().getPort()));

    private Process connector;

    @BeforeEach
    void startConnector(EdgeSim sim, @TempDir Path directory) throws Exception {
        Path ca = Files.writeString(directory.resolve("ca.pem"), sim.caPem());
        ProcessBuilder builder = new ProcessBuilder(CONNECTOR)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("connector.log").toFile());
        builder.environment().put("TUNNEL_TOKEN", sim.token("ci"));
        builder.environment().put("TUNNEL_EDGE", "127.0.0.1:" + sim.ports().tunnel());
        builder.environment().put("TUNNEL_CACERT", ca.toString());
        connector = builder.start();
        sim.awaitServing("ci", 1, Duration.ofSeconds(30)).get();
    }

    @Test
    void carriesARequestToTheOrigin(EdgeSim sim) throws Exception {
        HttpRequest get = HttpRequest.newBuilder(URI.create("http://ci.example.test/job/1"))
                .build();

        HttpResponse<String> response = sim.client().send(get, HttpResponse.BodyHandlers.ofString());

        assertThat(response.body()).isEqualTo("hello from the origin");
        PublicRequest seen = sim.takeRequest(Duration.ofSeconds(5));
        assertThat(seen.requestHeaders().first("cf-connecting-ip")).isEqualTo("127.0.0.1");
        assertThat(seen.responseHeaders().first("content-type")).isEqualTo("text/plain");
    }

    @AfterEach
    void stopConnector() throws InterruptedException {
        connector.destroyForcibly().waitFor();
    }
    // README ends

    @AfterAll
    static void stopOrigin() {
        ORIGIN.stop(0);
    }

    private static HttpServer origin() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                byte[] body = "hello from the origin".getBytes(StandardCharsets.US_ASCII);
                exchange.getResponseHeaders().set("Content-Type", "text/plain");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
