package dev.adit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.adit.proxy.testing.Waiting;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a connector's process logs: where to, in which form, and the lines that people search for. */
final class LogIT {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final Pattern REGISTERED = Pattern.compile("Registered tunnel connection");
    private static final String TIME = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z";
    private static final String ID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    private final Path directory;
    private final TranscriptOrigin origin = new TranscriptOrigin();
    private final ScriptedEdge edge = new ScriptedEdge();

    LogIT(@TempDir Path directory) throws IOException {
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
    void hasTheLinesThatPeopleSearchFor() throws IOException, InterruptedException {
        String output;
        try (ConnectorProcess connector = start("--loglevel", "debug")) {
            edge.accept().close();
            Lab.Registered tunnel = Lab.Registered.on(edge.accept());
            connector.await(REGISTERED);
            request(tunnel, "/reset").await(Answer::isOver);
            connector.terminate();
            tunnel.control().unregister();
            assertThat(connector.exitCode()).isZero();
            output = connector.output();
        }

        assertThat(output.lines())
                .allMatch(line -> line.startsWith("\t") || line.matches(TIME + " (DBG|INF|WRN|ERR) .*"))
                .noneMatch(line -> line.contains("SLF4J"));
        assertThat(output)
                .containsPattern("INF Starting tunnel tunnelID=" + Lab.token().tunnelId())
                .containsPattern("INF Version \\S+")
                .containsPattern("INF GOOS: \\S+, Java: \\S+, GoArch: \\S+")
                .containsPattern("INF Settings: map\\[.*ha-connections:1 .*token-file:.*\\]")
                .containsPattern("INF Generated Connector ID: " + ID)
                .contains("INF Initial protocol http2")
                .containsPattern("INF Starting metrics server on \\S+/metrics")
                .contains("DBG Registering tunnel connection connIndex=0 event=0 ip=127.0.0.1")
                .containsPattern("INF Registered tunnel connection connIndex=0 connection=" + ID
                        + " event=0 ip=127.0.0.1 location=\\S+ protocol=http2")
                .containsPattern("ERR Connection terminated error=.* connIndex=0 event=0")
                .containsPattern("INF Retrying connection in up to [0-9]+s connIndex=0 event=0")
                .contains("INF Initiating graceful shutdown due to signal terminated ...")
                .contains("INF Unregistered tunnel connection connIndex=0 event=0 ip=127.0.0.1")
                .contains("INF no more connections active and exiting")
                .contains("INF Tunnel server stopped")
                .contains("INF Metrics server stopped");
        assertThat(output.lines().filter(line -> line.contains("Unable to reach the origin service")))
                .singleElement()
                .asString()
                .contains("ERR failed to serve incoming request error=\"Unable to reach the origin service. The service"
                        + " may be down or it may not be responding: ")
                .contains("reason=RESET_BEFORE_HEAD status=502 event=1 connIndex=0 ingressRule=0"
                        + " originService=http://127.0.0.1:" + origin.port())
                .contains("cfRay=7d1-FRA requestId=r-1 method=GET host=" + Lab.HOST + " path=/reset");
        assertThat(output)
                .containsPattern(
                        "DBG Incoming request method=GET host=" + Lab.HOST + " path=/reset headers=\"\\{.*cf-ray:"
                                + " 7d1-FRA.*\\}\" content-length=-1 event=1 connIndex=0 ingressRule=0");
    }

    @Test
    void anEyeballThatGoesAwayIsNoErrorAndALostEdgeIs() throws IOException, InterruptedException {
        try (ConnectorProcess connector = start("--loglevel", "debug")) {
            Lab.Registered tunnel = Lab.Registered.on(edge.accept());
            connector.await(REGISTERED);
            EdgeStream stream = request(tunnel, "/slow");
            origin.next("/slow");
            stream.reset(Http2Error.CANCEL);
            connector.await(
                    Pattern.compile(
                            "DBG failed to serve incoming request error=\"Incoming request ended abruptly: .*\" reason=CANCELED"));

            tunnel.connection().close();
            connector.await(Pattern.compile("INF Lost connection with the edge connIndex=0 event=0"));
            connector.await(Pattern.compile("ERR Connection terminated error=\"Serve tunnel error: "));
        }
    }

    @Test
    void jsonIsOneObjectALineFromTheFirstToTheLast() throws IOException, InterruptedException {
        String output;
        try (ConnectorProcess connector = start("--output", "json", "--loglevel", "debug", "--access-log")) {
            Lab.Registered tunnel = Lab.Registered.on(edge.accept());
            connector.await(REGISTERED);
            request(tunnel, "/reset").await(Answer::isOver);
            connector.terminate();
            tunnel.control().unregister();
            assertThat(connector.exitCode()).isZero();
            output = connector.output();
        }

        List<JsonNode> lines = objects(output.lines().toList());
        assertThat(lines)
                .anySatisfy(line -> {
                    assertThat(line.path("message").asText()).isEqualTo("Registered tunnel connection");
                    assertThat(line.path("level").asText()).isEqualTo("info");
                    assertThat(line.path("connIndex").isInt()).isTrue();
                    assertThat(line.path("event").intValue()).isZero();
                    assertThat(line.path("protocol").asText()).isEqualTo("http2");
                })
                .anySatisfy(line -> {
                    assertThat(line.path("message").asText()).isEqualTo("failed to serve incoming request");
                    assertThat(line.path("error").asText()).startsWith("Unable to reach the origin service.");
                    assertThat(line.path("ingressRule").intValue()).isZero();
                    assertThat(line.path("cfRay").asText()).isEqualTo("7d1-FRA");
                });
        assertThat(lines).anySatisfy(line -> {
            assertThat(line.path("message").asText()).isEqualTo("Access");
            assertThat(line.path("method").asText()).isEqualTo("GET");
            assertThat(line.path("host").asText()).isEqualTo(Lab.HOST);
            assertThat(line.path("path").asText()).isEqualTo("/reset");
            assertThat(line.path("status").intValue()).isEqualTo(502);
            assertThat(line.path("durationMs").isDouble()).isTrue();
            assertThat(line.path("bytesSent").intValue()).isZero();
            assertThat(line.path("reason").asText()).isEqualTo("RESET_BEFORE_HEAD");
            assertThat(line.path("connIndex").intValue()).isZero();
            assertThat(line.path("originService").asText()).isEqualTo("http://127.0.0.1:" + origin.port());
            assertThat(line.path("cfRay").asText()).isEqualTo("7d1-FRA");
        });
        assertThat(lines.get(lines.size() - 1).path("message").asText()).isNotBlank();
    }

    @Test
    void aFileGetsJsonBesideTheTextOnStandardError() throws IOException, InterruptedException {
        Path file = directory.resolve("logs/connector.log");
        String output;
        try (ConnectorProcess connector = start("--logfile", file.toString(), "--loglevel", "warn")) {
            edge.accept().close();
            connector.await(Pattern.compile("ERR Connection terminated"));
            Waiting.until("the file has the line", () -> content(file).contains("Connection terminated"));
            output = connector.output();
        }

        assertThat(output).doesNotContain(" INF ");
        assertThat(objects(Files.readAllLines(file)))
                .anySatisfy(line -> assertThat(line.path("message").asText()).isEqualTo("Connection terminated"))
                .noneSatisfy(line -> assertThat(line.path("level").asText()).isEqualTo("info"));
    }

    @Test
    void signalOpensTheFileAnew() throws IOException, InterruptedException {
        Path file = directory.resolve("connector.json");
        Path aside = directory.resolve("connector.json.1");
        try (ConnectorProcess connector = start("--logfile", file.toString())) {
            Lab.Registered tunnel = Lab.Registered.on(edge.accept());
            connector.await(REGISTERED);
            Files.move(file, aside);
            connector.signal("USR1");
            Waiting.until("the file is there again", () -> Files.exists(file));
            connector.terminate();
            tunnel.control().unregister();
            assertThat(connector.exitCode()).isZero();
        }

        assertThat(objects(Files.readAllLines(aside)))
                .anySatisfy(
                        line -> assertThat(line.path("message").asText()).isEqualTo("Registered tunnel connection"));
        assertThat(objects(Files.readAllLines(file)))
                .anySatisfy(
                        line -> assertThat(line.path("message").asText()).isEqualTo("Unregistered tunnel connection"));
    }

    @Test
    void aFileOfADirectoryIsRotatedAtAMegabyte() throws IOException, InterruptedException {
        Path logs = directory.resolve("logs");
        try (ConnectorProcess connector = start("--log-directory", logs.toString(), "--loglevel", "debug")) {
            Lab.Registered tunnel = Lab.Registered.on(edge.accept());
            connector.await(REGISTERED);
            for (int i = 0; files(logs).size() < 2; i++) {
                assertThat(i).isLessThan(2000);
                manyFields(tunnel).await(Answer::isOver);
            }
            connector.terminate();
            tunnel.control().unregister();
            assertThat(connector.exitCode()).isZero();
        }

        List<Path> files = files(logs);
        assertThat(files).hasSize(2).contains(logs.resolve("cloudflared.log"));
        for (Path file : files) {
            assertThat(Files.size(file)).isLessThanOrEqualTo(1 << 20);
            assertThat(objects(Files.readAllLines(file))).isNotNull();
        }
    }

    private ConnectorProcess start(String... more) throws IOException {
        List<String> args = new ArrayList<>(List.of(
                "--token-file",
                directory.resolve("tunnel.token").toString(),
                "--edge",
                "127.0.0.1:" + edge.port(),
                "--cacert",
                directory.resolve("ca.pem").toString(),
                "--config",
                directory.resolve("config.yml").toString(),
                "--metrics",
                "127.0.0.1:0",
                "--ha-connections",
                "1"));
        args.addAll(List.of(more));
        return ConnectorProcess.start(directory, Map.of(), args.toArray(String[]::new));
    }

    private static EdgeStream request(Lab.Registered tunnel, String path) {
        return tunnel.connection().open(head(path), true);
    }

    private static List<Field> head(String path) {
        return List.of(
                new Field(":method", "GET"),
                new Field(":scheme", "https"),
                new Field(":authority", Lab.HOST),
                new Field(":path", path),
                new Field("cf-ray", "7d1-FRA"),
                new Field("x-request-id", "r-1"));
    }

    private static EdgeStream manyFields(Lab.Registered tunnel) {
        List<Field> fields = new ArrayList<>(head("/plain"));
        for (int i = 0; i < 14; i++) {
            fields.add(new Field("x-filler-" + i, "x".repeat(250)));
        }
        return tunnel.connection().open(fields, true);
    }

    private static List<JsonNode> objects(List<String> lines) throws IOException {
        List<JsonNode> objects = new ArrayList<>();
        for (String line : lines) {
            JsonNode object = JSON.readTree(line);
            assertThat(object.fieldNames()).toIterable().contains("level", "time", "message");
            assertThat(object.path("time").asText()).matches(TIME);
            objects.add(object);
        }
        assertThat(objects).isNotEmpty();
        return objects;
    }

    private static String content(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
