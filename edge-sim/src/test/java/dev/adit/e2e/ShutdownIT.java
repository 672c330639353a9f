package dev.adit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.tls.SimCertificates;
import dev.adit.proxy.testing.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the program starts and, above all, how it ends: signals, exit codes, what it prints. */
final class ShutdownIT {
    private final Path directory;
    private final TranscriptOrigin origin = new TranscriptOrigin();
    private final ScriptedEdge edge = new ScriptedEdge();

    ShutdownIT(@TempDir Path directory) throws IOException {
        this.directory = directory;
        Files.writeString(directory.resolve("ca.pem"), edge.caPem());
        Files.writeString(directory.resolve("tunnel.token"), Lab.token().encode() + "\n");
        Files.writeString(directory.resolve("config.yml"), Lab.config(origin.port()));
    }

    @AfterEach
    void stop() throws IOException {
        edge.close();
        origin.close();
    }

    @Test
    void firstTermServesWhatRunsAndEndsWithZeroThoughTheEdgeNeverCloses() throws IOException, InterruptedException {
        try (ConnectorProcess connector = start(Map.of(), withFiles())) {
            Lab.Registered tunnel = register();
            EdgeStream running = tunnel.connection().get(Lab.HOST, "/chunked");
            OriginExchange request = origin.next("/chunked");
            running.await(answer -> answer.bodyBytes() == 3);

            connector.terminate();
            tunnel.control().unregister();
            request.proceed();

            assertThat(running.await(Answer::isOver).text()).isEqualTo("abcde");
            assertThat(connector.exitCode()).isZero();
            tunnel.connection().awaitClosed();
            assertThat(connector.output())
                    .contains("Initiating graceful shutdown due to signal terminated")
                    .contains("Unregistered tunnel connection connIndex=0")
                    .contains("Tunnel server stopped")
                    .doesNotContain(Lab.token().encode())
                    .doesNotContain("Exception");
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM,15,terminated", "INT,2,interrupt"})
    void secondSignalEndsAtOnce(String signal, int number, String name) throws IOException, InterruptedException {
        Path pidFile = directory.resolve("adit.pid");
        try (ConnectorProcess connector = start(Map.of(), withFiles("--pidfile", pidFile.toString()))) {
            Lab.Registered tunnel = register();
            tunnel.connection().get(Lab.HOST, "/slow");
            origin.next("/slow");
            Waiting.until("the pid file is written", () -> Files.exists(pidFile));

            connector.signal(signal);
            tunnel.control().unregister();
            connector.signal(signal);

            assertThat(connector.exitCode()).isEqualTo(128 + number);
            assertThat(pidFile).doesNotExist();
            // Logged immediately before the process ends.
            assertThat(connector.output()).contains("WRN Ending at once due to a second signal " + name);
        }
    }

    @Test
    void endOfTheGracePeriodAnswersWhatWaits() throws IOException, InterruptedException {
        try (ConnectorProcess connector = start(Map.of(), withFiles("--grace-period", "500ms"))) {
            Lab.Registered tunnel = register();
            EdgeStream waiting = tunnel.connection().get(Lab.HOST, "/slow");
            OriginExchange request = origin.next("/slow");

            connector.terminate();
            tunnel.control().unregister();

            Answer answer = waiting.await(Answer::isOver);
            assertThat(answer.field(":status")).contains("502");
            assertThat(answer.field("cf-cloudflared-response-meta")).contains("{\"src\":\"cloudflared\"}");
            assertThat(request.nextEvent()).isEqualTo("gone");
            assertThat(connector.exitCode()).isZero();
        }
    }

    @Test
    void termBeforeAnyRegistrationEndsWithZero() throws IOException, InterruptedException {
        try (ConnectorProcess connector = start(Map.of(), withFiles())) {
            edge.accept().settings();

            connector.terminate();

            assertThat(connector.exitCode()).isZero();
        }
    }

    @Test
    void untrustedEdgeEndsWithOneAndNamesTheIssuer() throws IOException, InterruptedException {
        Files.writeString(directory.resolve("ca.pem"), new SimCertificates().caPem());
        try (ConnectorProcess connector = start(Map.of(), withFiles())) {
            assertThat(connector.exitCode()).isEqualTo(1);
            assertThat(connector.output())
                    .contains("ERR initial tunnel connection failed connIndex=0 event=0 error=\"Unable to establish"
                            + " connection with Cloudflare edge: the edge's certificate is not trusted")
                    .contains("ERR Initiating shutdown error=\"Unable to establish connection with Cloudflare edge")
                    .contains("It was issued by \\\"CN=Adit edge simulator CA\\\"")
                    .contains("adit trust fetch", "--edge-ca FILE")
                    // One sentence says it all.
                    .doesNotContain("exceptionCaught", "\tat ")
                    .doesNotContain("Registered");
        }
    }

    @Test
    void variablesStandInForOptionsAndATokenOnTheCommandLineIsWarnedOf() throws IOException, InterruptedException {
        Map<String, String> variables = Map.of(
                "TUNNEL_EDGE",
                "127.0.0.1:" + edge.port(),
                "TUNNEL_CACERT",
                directory.resolve("ca.pem").toString(),
                "TUNNEL_CONFIG",
                directory.resolve("config.yml").toString(),
                "TUNNEL_HA_CONNECTIONS",
                "1",
                "TUNNEL_TOKEN",
                "not used");
        try (ConnectorProcess connector =
                start(variables, List.of("--token", Lab.token().encode()))) {
            assertThat(register().request().tunnelId()).isEqualTo(Lab.token().tunnelId());
            assertThat(connector.output())
                    .contains("the token is on the command line")
                    .doesNotContain(Lab.token().encode());
        }
    }

    @Test
    void tokenOfTheEnvironmentIsEnough() throws IOException, InterruptedException {
        Map<String, String> variables = Map.of("TUNNEL_TOKEN", Lab.token().encode());
        List<String> args = List.of(
                "--edge",
                "127.0.0.1:" + edge.port(),
                "--cacert",
                directory.resolve("ca.pem").toString());
        try (ConnectorProcess connector = start(variables, args)) {
            assertThat(register().request().auth().accountTag())
                    .isEqualTo(Lab.token().accountTag());
            assertThat(connector.output())
                    .doesNotContain("the token is on the command line")
                    .doesNotContain(Lab.token().encode());
        }
    }

    private List<String> withFiles(String... more) {
        List<String> args = new ArrayList<>(List.of(
                "--token-file",
                directory.resolve("tunnel.token").toString(),
                "--edge",
                "127.0.0.1:" + edge.port(),
                "--cacert",
                directory.resolve("ca.pem").toString(),
                "--config",
                directory.resolve("config.yml").toString(),
                "--ha-connections",
                "1"));
        args.addAll(List.of(more));
        return args;
    }

    private ConnectorProcess start(Map<String, String> variables, List<String> args) throws IOException {
        return ConnectorProcess.start(directory, variables, args.toArray(String[]::new));
    }

    private Lab.Registered register() throws InterruptedException {
        return Lab.Registered.on(edge.accept());
    }
}
