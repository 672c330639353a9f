package dev.adit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.adit.e2e.Transcript.Exchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Every push of config.log: the same version and the same yes or no as cloudflared's, and the rules in force after it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ConfigurationIT {
    private static final JsonMapper JSON = new JsonMapper();
    /** Where the recorded origin listened. */
    private static final String RECORDED_ORIGIN = "127.0.0.1:18080";

    private final Path directory;
    private final Lab lab;
    private final Lab.Registered tunnel;

    ConfigurationIT(@TempDir Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        lab = Lab.start(directory, 1);
        tunnel = lab.register();
    }

    @AfterAll
    void stop() throws IOException {
        lab.close();
    }

    @TestFactory
    Stream<DynamicTest> config() {
        List<Exchange> exchanges = Transcript.of("config.log").exchanges();
        return exchanges.subList(1, exchanges.size()).stream()
                .map(exchange -> DynamicTest.dynamicTest(name(exchange), () -> run(exchange)));
    }

    @Test
    void requestThatRunsKeepsItsRule() throws IOException, InterruptedException {
        try (Lab other = Lab.start(directory, 1)) {
            Lab.Registered connection = other.register();
            EdgeStream running = connection.connection().get(Lab.HOST, "/chunked");
            OriginExchange origin = other.origin().next("/chunked");
            running.await(answer -> answer.bodyBytes() == 3);

            EdgeStream push =
                    push(connection, "{\"version\":1,\"config\":{\"ingress\":[{\"service\":\"http_status:410\"}]}}");
            push.await(Answer::isOver);
            EdgeStream after = connection.connection().get(Lab.HOST, "/plain");

            assertThat(after.await(Answer::isOver).field(":status")).contains("410");
            origin.proceed();
            assertThat(running.await(Answer::isOver).text()).isEqualTo("abcde");
        }
    }

    private static String name(Exchange exchange) {
        String push = Objects.requireNonNullElse(exchange.push(), exchange.path());
        return push.isEmpty() ? "empty push" : push;
    }

    private void run(Exchange exchange) throws InterruptedException, IOException {
        if (exchange.requestEnds()) {
            runRequest(exchange);
            return;
        }
        Answer answer = push(tunnel, body(exchange)).await(Answer::isOver);

        Answer recorded = exchange.answer();
        assertThat(answer.field(":status")).isEqualTo(recorded.field(":status"));
        assertThat(answer.field("cf-cloudflared-response-meta"))
                .isEqualTo(recorded.field("cf-cloudflared-response-meta"));
        assertThat(answer.field("cf-cloudflared-response-headers")).isEmpty();
        assertThat(answer.field("content-length")).contains(Integer.toString(answer.bodyBytes()));
        assertThat(answer.end()).isEqualTo(recorded.end());
        assertThat(answer.reset()).isNull();
        if (recorded.bodyBytes() > 0) {
            assertThat(answer.field("content-type")).isEqualTo(recorded.field("content-type"));
            assertSameOutcome(answer, recorded);
        }
    }

    private static void assertSameOutcome(Answer answer, Answer recorded) throws IOException {
        JsonNode ours = JSON.readTree(answer.text());
        JsonNode theirs = JSON.readTree(recorded.text());

        assertThat(ours.path("lastAppliedVersion")).isEqualTo(theirs.path("lastAppliedVersion"));
        assertThat(ours.path("err").isNull()).isEqualTo(theirs.path("err").isNull());
        if (!ours.path("err").isNull()) {
            // Deviation.CONFIG_ERROR_TEXT.
            assertThat(ours.path("err").path("message").asText()).isNotBlank();
        }
    }

    private void runRequest(Exchange exchange) throws InterruptedException {
        EdgeStream stream = tunnel.connection().open(exchange.request(), true);
        OriginExchange origin = lab.origin().next(exchange.path());
        Answer answer = stream.await(Answer::isOver);

        assertThat(origin.lines())
                .containsExactlyInAnyOrder(
                        "GET /plain HTTP/1.1",
                        "Host: hh",
                        "Cf-Warp-Tag-Id: " + tunnel.connectorId(),
                        "Connection: keep-alive",
                        "X-Forwarded-Host: www.example.com");
        assertThat(exchange.originRequest())
                .containsAll(origin.lines().stream()
                        .filter(line -> !line.startsWith("Cf-Warp-Tag-Id"))
                        .toList());
        assertThat(answer.text()).isEqualTo(exchange.answer().text());
        assertThat(answer.packed()).isEqualTo(exchange.answer().packed());
    }

    private String body(Exchange exchange) {
        return Objects.requireNonNull(exchange.push())
                .replace(RECORDED_ORIGIN, "127.0.0.1:" + lab.origin().port());
    }

    private static EdgeStream push(Lab.Registered to, String body) {
        EdgeStream stream = to.connection()
                .open(
                        List.of(
                                new Field(":method", "POST"),
                                new Field(":scheme", "https"),
                                new Field(":authority", "x"),
                                new Field(":path", "/"),
                                new Field("cf-cloudflared-proxy-connection-upgrade", "update-configuration")),
                        false);
        stream.data(body.getBytes(StandardCharsets.UTF_8), true);
        return stream;
    }
}
