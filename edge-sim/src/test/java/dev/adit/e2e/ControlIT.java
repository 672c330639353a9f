package dev.adit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.admin.AdminAddress;
import dev.adit.connector.admin.AdminAnswer;
import dev.adit.connector.admin.AdminClient;
import dev.adit.proxy.testing.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the local HTTP server of a process shows of its requests, and what the process can be told there. */
@Timeout(120)
final class ControlIT {
    private final Path directory;
    private final Path file;
    private final TranscriptOrigin origin = new TranscriptOrigin();
    private final ScriptedEdge edge = new ScriptedEdge();
    private final AdminClient admin;
    private ConnectorProcess connector;
    private Lab.Registered tunnel;

    ControlIT(@TempDir Path directory) throws IOException {
        this.directory = directory;
        file = Files.writeString(directory.resolve("config.yml"), Lab.config(origin.port()));
        Files.writeString(directory.resolve("ca.pem"), edge.caPem());
        Files.writeString(directory.resolve("tunnel.token"), Lab.token().encode() + "\n");
        admin = AdminClient.of(new AdminAddress.Unix(directory.resolve("admin.sock")));
    }

    @BeforeEach
    void start() throws IOException, InterruptedException {
        connector = ConnectorProcess.start(
                directory,
                Map.of(),
                "--token-file=" + directory.resolve("tunnel.token"),
                "--edge=127.0.0.1:" + edge.port(),
                "--cacert=" + directory.resolve("ca.pem"),
                "--config=" + file,
                "--ha-connections=1",
                "--metrics=unix:" + directory.resolve("admin.sock"));
        tunnel = Lab.Registered.on(edge.accept());
    }

    @AfterEach
    void stop() throws IOException {
        connector.close();
        edge.close();
        origin.close();
    }

    @Test
    void showsWhatIsUnderWayAndHowHostsFare() throws Exception {
        EdgeStream running = tunnel.connection().get(Lab.HOST, "/chunked");
        OriginExchange request = origin.next("/chunked");
        running.await(answer -> answer.bodyBytes() == 3);

        assertThat(ask("GET", "/requests").body())
                .startsWith("{\"running\":1,\"requests\":[{\"kind\":\"http\",\"method\":\"GET\",\"host\":\"" + Lab.HOST
                        + "\",\"path\":\"/chunked\",\"connIndex\":0,\"ingressRule\":0,\"originService\":\"http://127.0.0.1:"
                        + origin.port() + "\"")
                .contains("\"status\":200", "\"bytesSent\":3");
        assertThat(ask("GET", "/hosts").body())
                .startsWith("{\"hosts\":[{\"hostname\":\"" + Lab.HOST + "\"")
                .contains("\"running\":1,\"ended\":0,\"failed\":0");

        request.proceed();
        running.await(Answer::isOver);
        Waiting.until("nothing under way", () -> askUnchecked("/requests").equals("{\"running\":0,\"requests\":[]}"));
        assertThat(ask("GET", "/hosts").body()).contains("\"running\":0,\"ended\":1,\"failed\":0");
    }

    @Test
    void reloadsWhenToldToAndSaysWhatIsWrong() throws Exception {
        Files.writeString(file, "ingress: 3\n");
        assertThat(ask("POST", "/reload"))
                .satisfies(answer -> assertThat(answer.status()).isEqualTo(422))
                .satisfies(answer -> assertThat(answer.body())
                        .startsWith("{\"reloaded\":false,\"problem\":\"")
                        .contains(file.toString()));

        Files.writeString(file, "ingress:\n  - service: http_status:410\n");

        assertThat(ask("POST", "/reload")).isEqualTo(AdminAnswer.json(200, "{\"reloaded\":true}"));
        EdgeStream stream = tunnel.connection().get(Lab.HOST, "/plain");
        assertThat(stream.await(Answer::isOver).field(":status")).contains("410");
    }

    @Test
    void changesTheLogLevel() throws Exception {
        assertThat(ask("POST", "/loglevel?level=loud").body()).contains("level must be debug, info,");
        assertThat(ask("POST", "/loglevel?level=debug").body()).isEqualTo("{\"loglevel\":\"debug\"}");
        connector.await("Log level changed from=info to=debug");

        tunnel.connection().get(Lab.HOST, "/plain").await(Answer::isOver);

        connector.await(" DBG ");
    }

    @Test
    void drainsAndEndsWithZero() throws Exception {
        EdgeStream running = tunnel.connection().get(Lab.HOST, "/chunked");
        OriginExchange request = origin.next("/chunked");
        running.await(answer -> answer.bodyBytes() == 3);

        assertThat(ask("POST", "/drain")).isEqualTo(AdminAnswer.json(202, "{\"draining\":true}"));
        tunnel.control().unregister();
        assertThat(ask("GET", "/ready").status()).isEqualTo(503);
        request.proceed();

        assertThat(running.await(Answer::isOver).text()).isEqualTo("abcde");
        assertThat(connector.exitCode()).isZero();
        assertThat(connector.output()).contains("Initiating graceful shutdown because it was asked for locally");
    }

    private AdminAnswer ask(String method, String target) throws IOException {
        return admin.ask(method, target, Waiting.LIMIT);
    }

    private String askUnchecked(String path) {
        try {
            return ask("GET", path).body();
        } catch (IOException e) {
            return e.toString();
        }
    }
}
