package dev.adit.e2e;

import dev.adit.connector.app.ConnectorOptions;
import dev.adit.connector.app.Daemon;
import dev.adit.connector.app.Timings;
import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.edge.EdgeOptions;
import dev.adit.connector.ingress.IngressReader;
import dev.adit.connector.wire.RegistrationRequest;
import dev.adit.connector.wire.TunnelSecret;
import dev.adit.connector.wire.TunnelToken;
import dev.adit.proxy.config.ConfigNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A connector in this process with the origin of the transcripts behind it and a scripted edge in front. */
final class Lab implements AutoCloseable {
    /** The host that all requests of the transcripts are for. */
    static final String HOST = "www.example.com";

    private final TranscriptOrigin origin;
    private final ScriptedEdge edge;
    private final Daemon daemon;
    private final CompletableFuture<@Nullable String> ended;

    private Lab(TranscriptOrigin origin, ScriptedEdge edge, Daemon daemon) {
        this.origin = origin;
        this.edge = edge;
        this.daemon = daemon;
        ended = daemon.start();
    }

    /** Starts all three with {@code connections} HA connections; {@code directory} takes the files that this needs. */
    static Lab start(Path directory, int connections) throws IOException {
        return start(directory, connections, Timings.DEFAULT);
    }

    /** The same with a connector that waits as {@code timings} say. */
    static Lab start(Path directory, int connections, Timings timings) throws IOException {
        TranscriptOrigin origin = new TranscriptOrigin();
        ScriptedEdge edge = new ScriptedEdge();
        Path ca = Files.writeString(directory.resolve("ca.pem"), edge.caPem());
        ConnectorOptions options = new ConnectorOptions(
                token(),
                EdgeOptions.at(List.of(new EdgeAddress("127.0.0.1", edge.port()))),
                ca,
                IngressReader.local(ConfigNode.yaml("config.yml", config(origin.port()))),
                connections,
                Duration.ofSeconds(30),
                Map.of("protocol", "http2"),
                timings);
        return new Lab(origin, edge, new Daemon(options));
    }

    /** Rules that lead to an origin at {@code originPort}. */
    static String config(int originPort) {
        return """
                ingress:
                  - hostname: %s
                    service: http://127.0.0.1:%d
                  - service: http_status:404
                """.formatted(HOST, originPort);
    }

    /** The credentials in the transcripts. */
    static TunnelToken token() {
        byte[] secret = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
        return new TunnelToken(
                "acct0123456789abcdef0123456789ab",
                UUID.fromString("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"),
                TunnelSecret.of(secret),
                null);
    }

    TranscriptOrigin origin() {
        return origin;
    }

    ScriptedEdge edge() {
        return edge;
    }

    Daemon daemon() {
        return daemon;
    }

    /** What the connector ended with. */
    CompletableFuture<@Nullable String> ended() {
        return ended;
    }

    /** Accepts the next connection and registers it. */
    Registered register() throws InterruptedException {
        return Registered.on(edge.accept());
    }

    @Override
    public void close() throws IOException {
        daemon.close();
        edge.close();
        origin.close();
    }

    /** A connection that serves. */
    record Registered(EdgeConnection connection, ControlScript control, RegistrationRequest request) {
        static Registered on(EdgeConnection connection) throws InterruptedException {
            ControlScript control = ControlScript.open(connection);
            return new Registered(connection, control, control.register());
        }

        UUID connectorId() {
            return request.options().client().id();
        }
    }
}
