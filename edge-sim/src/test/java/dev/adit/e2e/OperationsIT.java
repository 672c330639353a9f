package dev.adit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.connector.admin.AdminAddress;
import dev.adit.connector.admin.AdminAnswer;
import dev.adit.connector.admin.AdminClient;
import dev.adit.proxy.testing.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The local HTTP server of a connector from its start to its end. */
@Timeout(120)
final class OperationsIT {
    private final Path directory;

    OperationsIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void answersBeforeAnythingIsRegistered() throws Exception {
        try (Lab lab = Lab.start(directory, 1)) {
            EdgeConnection connection = lab.edge().accept();

            assertThat(ask(lab, "/ready").status()).isEqualTo(503);
            assertThat(ask(lab, "/healthcheck")).isEqualTo(AdminAnswer.text(200, "OK\n"));
            assertThat(ask(lab, "/live").status()).isEqualTo(200);

            Lab.Registered tunnel = Lab.Registered.on(connection);
            Waiting.until("ready", () -> askUnchecked(lab, "/ready").status() == 200);
            assertThat(ask(lab, "/ready"))
                    .isEqualTo(AdminAnswer.json(
                            200,
                            "{\"status\":200,\"readyConnections\":1,\"connectorId\":\"" + tunnel.connectorId()
                                    + "\"}"));
            assertThat(ask(lab, "/diag/tunnel").body())
                    .contains(
                            "\"state\":\"registered\"",
                            "\"edgeAddress\":\"127.0.0.1:" + lab.edge().port() + "\"")
                    .doesNotContain(Lab.token().encode());
        }
    }

    @Test
    void isNotReadyAsSoonAsTheDrainBeginsAndAnswersToItsEnd() throws Exception {
        AdminAddress address;
        try (Lab lab = Lab.start(directory, 1)) {
            Lab.Registered tunnel = lab.register();
            address = Objects.requireNonNull(lab.daemon().adminAddress());
            Waiting.until("ready", () -> askUnchecked(lab, "/ready").status() == 200);
            EdgeStream running = tunnel.connection().get(Lab.HOST, "/chunked");
            OriginExchange request = lab.origin().next("/chunked");
            running.await(answer -> answer.bodyBytes() == 3);

            lab.daemon().drain(Duration.ofSeconds(30));
            Waiting.until("not ready", () -> askUnchecked(lab, "/ready").status() == 503);
            tunnel.control().unregister();
            assertThat(ask(lab, "/ready").body()).contains("\"readyConnections\":0");
            assertThat(MetricsText.parse(ask(lab, "/metrics").body()).value("adit_active_exchanges", "kind", "http"))
                    .isEqualTo(1);
            Waiting.until("the drain has waited for the request for a while", () -> drainSeconds(lab) > 3);
            request.proceed();

            assertThat(running.await(Answer::isOver).text()).isEqualTo("abcde");
            lab.ended().get(30, TimeUnit.SECONDS);
            assertThat(ask(lab, "/ready").status()).isEqualTo(503);
        }
        assertThatThrownBy(() -> AdminClient.of(address).ask("GET", "/ready", Waiting.LIMIT))
                .isInstanceOf(IOException.class);
    }

    @Test
    void addressThatIsTakenEndsTheProcessWithOne() throws Exception {
        Path token =
                Files.writeString(directory.resolve("tunnel.token"), Lab.token().encode() + "\n");
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ConnectorProcess connector = ConnectorProcess.start(
                        directory,
                        Map.of("TUNNEL_METRICS", "127.0.0.1:" + other.getLocalPort()),
                        "--token-file",
                        token.toString(),
                        "--edge",
                        "127.0.0.1:1")) {
            assertThat(connector.exitCode()).isEqualTo(1);
            assertThat(connector.output())
                    .contains("adit tunnel run: failed to bind to address 127.0.0.1:" + other.getLocalPort() + ": ")
                    .doesNotContain("Exception");
        }
    }

    @Test
    void saysWhereItListensAndThatItStopped() throws Exception {
        try (ScriptedEdge edge = new ScriptedEdge()) {
            Path ca = Files.writeString(directory.resolve("ca.pem"), edge.caPem());
            Path token = Files.writeString(
                    directory.resolve("tunnel.token"), Lab.token().encode() + "\n");
            Path socket = directory.resolve("admin.sock");
            try (ConnectorProcess connector = ConnectorProcess.start(
                    directory,
                    Map.of(),
                    "--token-file",
                    token.toString(),
                    "--edge",
                    "127.0.0.1:" + edge.port(),
                    "--cacert",
                    ca.toString(),
                    "--metrics",
                    "unix:" + socket)) {
                edge.accept().settings();
                AdminAnswer config =
                        AdminClient.of(new AdminAddress.Unix(socket)).ask("GET", "/diag/configuration", Waiting.LIMIT);

                connector.terminate();

                assertThat(connector.exitCode()).isZero();
                assertThat(connector.output())
                        .containsSubsequence(
                                "Starting metrics server on unix:" + socket + "/metrics",
                                "Tunnel server stopped",
                                "Metrics server stopped");
                assertThat(config.body())
                        .contains("\"token-file\":\"" + token + "\"")
                        .doesNotContain(Lab.token().encode());
                assertThat(socket).doesNotExist();
            }
        }
    }

    @Test
    void diagHasAllThatAMaintainerNeedsAndNoSecret() throws Exception {
        try (ScriptedEdge edge = new ScriptedEdge()) {
            Path ca = Files.writeString(directory.resolve("ca.pem"), edge.caPem());
            Path token = Files.writeString(
                    directory.resolve("tunnel.token"), Lab.token().encode());
            String metrics = "unix:" + directory.resolve("admin.sock");
            try (ConnectorProcess connector = ConnectorProcess.start(
                            directory,
                            Map.of(),
                            "--token-file=" + token,
                            "--edge=127.0.0.1:" + edge.port(),
                            "--cacert=" + ca,
                            "--metrics=" + metrics);
                    ConnectorProcess diag = diagnose(edge, metrics)) {
                assertThat(diag.exitCode()).as(diag.output()).isZero();
                assertThat(connector.isAlive()).isTrue();
                Map<String, String> members = members(Path.of(diag.output().strip()));
                assertThat(members)
                        .containsOnlyKeys(
                                "tunnelstate.json",
                                "cli-configuration.json",
                                "configuration.json",
                                "metrics.txt",
                                "systeminformation.json",
                                "threads.txt",
                                "adit_logs.txt",
                                "recording.jfr",
                                "task-result.json");
                assertThat(members.get("adit_logs.txt")).contains("Starting tunnel tunnelID=");
                assertThat(members.values())
                        .noneMatch(text -> text.contains(Lab.token().encode()));
            }
        }
    }

    /** Looks at the connector with that local server, once it has dialed {@code edge}. */
    private ConnectorProcess diagnose(ScriptedEdge edge, String metrics) throws Exception {
        edge.accept().settings();
        return ConnectorProcess.startAdit(
                directory,
                Map.of(),
                List.of("diag", "--no-diag-network", "--metrics=" + metrics, "--dir=" + directory));
    }

    private static Map<String, String> members(Path file) throws IOException {
        Map<String, String> members = new TreeMap<>();
        try (InputStream in = Files.newInputStream(file);
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                members.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.ISO_8859_1));
            }
        }
        return members;
    }

    private static AdminAnswer ask(Lab lab, String path) throws IOException {
        return AdminClient.of(Objects.requireNonNull(lab.daemon().adminAddress()))
                .ask("GET", path, Waiting.LIMIT);
    }

    private static double drainSeconds(Lab lab) {
        return MetricsText.parse(askUnchecked(lab, "/metrics").body()).value("adit_drain_seconds");
    }

    private static AdminAnswer askUnchecked(Lab lab, String path) {
        try {
            return ask(lab, path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
