package dev.adit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks for secrets in everything that a connector lets others see, and for its token in its memory. */
final class SecretsIT {
    private static final String COOKIE = "session=C00kieThatNobodyMaySee";
    private static final String AUTHORIZATION = "Bearer AuthorizationThatNobodyMaySee";
    private static final String JWT = "eyJhbGciOiJSUzI1NiJ9.AccessJwtThatNobodyMaySee.c2ln";
    private static final String QUERY_TOKEN = "QueryTokenThatNobodyMaySee";

    private static final List<String> PATHS = List.of(
            "/metrics",
            "/ready",
            "/live",
            "/healthcheck",
            "/quicktunnel",
            "/config",
            "/diag/configuration",
            "/diag/tunnel",
            "/diag/system",
            "/diag/recording");

    private final Path directory;
    private final Path logFile;
    private final TranscriptOrigin origin = new TranscriptOrigin();
    private final ScriptedEdge edge = new ScriptedEdge();
    private final String token = Lab.token().encode();
    private final String secret =
            Base64.getEncoder().encodeToString(Lab.token().secret().toBytes());

    SecretsIT(@TempDir Path directory) throws IOException {
        this.directory = directory;
        logFile = directory.resolve("all.json");
        Files.writeString(directory.resolve("ca.pem"), edge.caPem());
        Files.writeString(directory.resolve("tunnel.token"), token + "\n");
        Files.writeString(directory.resolve("config.yml"), Lab.config(origin.port()));
    }

    @AfterEach
    void stop() throws IOException {
        edge.close();
        origin.close();
    }

    @Test
    void nothingThatOthersSeeHasASecret() throws IOException, InterruptedException {
        List<String> seen = new ArrayList<>();
        try (ConnectorProcess connector = start()) {
            Lab.Registered tunnel = afterAFailedTry(connector);
            request(tunnel, "/plain?page=2&token=" + QUERY_TOKEN).await(Answer::isOver);
            request(tunnel, "/hop?page=2&token=" + QUERY_TOKEN).await(Answer::isOver);
            request(tunnel, "/reset").await(Answer::isOver);
            connector.await(Pattern.compile("failed to serve incoming request"));

            seen.add(Files.readString(Path.of("/proc", Long.toString(connector.pid()), "cmdline")));
            seen.add(jcmd(connector, "Thread.print"));
            seen.add(jcmd(connector, "VM.system_properties"));
            seen.addAll(pages(connector));
            connector.terminate();
            tunnel.control().unregister();
            assertThat(connector.exitCode()).isZero();
            seen.add(connector.output());
            seen.add(Files.readString(logFile));
        }

        assertThat(seen).hasSizeGreaterThan(6);
        for (String text : seen) {
            assertThat(text)
                    .doesNotContain(token, token.substring(8, 48), secret)
                    .doesNotContain(Base64.getUrlEncoder()
                            .encodeToString(Lab.token().secret().toBytes()))
                    .doesNotContainIgnoringCase(
                            HexFormat.of().formatHex(Lab.token().secret().toBytes()))
                    .doesNotContain("ThatNobodyMaySee");
        }
        assertThat(seen).anyMatch(text -> text.startsWith("FLR\0"));
        // The test would be worth nothing if the requests were not told of.
        assertThat(seen.get(seen.size() - 1)).contains("cookie: ***", "authorization: ***", "/hop?page=2&token=***");
    }

    @Test
    void memoryHasNoTokenOnceItIsRegistered() throws IOException, InterruptedException {
        Path live = directory.resolve("live.hprof");
        Path all = directory.resolve("all.hprof");
        try (ConnectorProcess connector = start()) {
            afterAFailedTry(connector);
            jcmd(connector, "GC.heap_dump", "-all", all.toString());
            jcmd(connector, "GC.heap_dump", live.toString());
        }

        String controlWord = Lab.token().tunnelId().toString();
        assertThat(found(all, controlWord)).as("the search finds what is there").isTrue();
        assertThat(found(all, token)).isFalse();
        assertThat(found(all, token.substring(8, 48))).isFalse();
        assertThat(found(live, secret)).isFalse();
        assertThat(found(live, token.substring(8, 48))).isFalse();
    }

    private ConnectorProcess start() throws IOException {
        return ConnectorProcess.start(
                directory,
                Map.of("PASSWORD", "VariableThatNobodyMaySee"),
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
                "--logfile",
                logFile.toString(),
                "--access-log",
                "--loglevel",
                "debug",
                "--transport-loglevel",
                "debug",
                "--ha-connections",
                "1");
    }

    /** The first connection ends before it is registered. */
    private Lab.Registered afterAFailedTry(ConnectorProcess connector) throws IOException, InterruptedException {
        edge.accept().close();
        Lab.Registered tunnel = Lab.Registered.on(edge.accept());
        connector.await(Pattern.compile("Registered tunnel connection"));
        return tunnel;
    }

    private static EdgeStream request(Lab.Registered tunnel, String path) {
        return tunnel.connection()
                .open(
                        List.of(
                                new Field(":method", "GET"),
                                new Field(":scheme", "https"),
                                new Field(":authority", Lab.HOST),
                                new Field(":path", path),
                                new Field("cookie", COOKIE),
                                new Field("authorization", AUTHORIZATION),
                                new Field("proxy-authorization", AUTHORIZATION),
                                new Field("cf-access-jwt-assertion", JWT)),
                        true);
    }

    private static List<String> pages(ConnectorProcess connector) throws IOException, InterruptedException {
        Matcher address = connector.await(Pattern.compile("Starting metrics server on (\\S+)/metrics"));
        HttpClient client = HttpClient.newHttpClient();
        List<String> pages = new ArrayList<>();
        for (String path : PATHS) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address.group(1) + path))
                    .timeout(Duration.ofSeconds(20))
                    .build();
            HttpResponse<String> answer =
                    client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            pages.add(answer.body());
        }
        return pages;
    }

    private String jcmd(ConnectorProcess connector, String... command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(connector.pid())));
        words.addAll(List.of(command));
        Path output = Files.createTempFile(directory, "jcmd", ".txt");
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output);
    }

    /** Whether {@code text} is in the file, in one byte a character or in two, either byte first. */
    private static boolean found(Path file, String text) throws IOException {
        return found(file, text.getBytes(StandardCharsets.ISO_8859_1))
                || found(file, text.getBytes(StandardCharsets.UTF_16LE))
                || found(file, text.getBytes(StandardCharsets.UTF_16BE));
    }

    private static boolean found(Path file, byte[] wanted) throws IOException {
        int[] fallback = new int[wanted.length];
        for (int i = 1, k = 0; i < wanted.length; i++) {
            while (k > 0 && wanted[i] != wanted[k]) {
                k = fallback[k - 1];
            }
            k += wanted[i] == wanted[k] ? 1 : 0;
            fallback[i] = k;
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 20)) {
            int matched = 0;
            for (int next = in.read(); next >= 0; next = in.read()) {
                while (matched > 0 && (byte) next != wanted[matched]) {
                    matched = fallback[matched - 1];
                }
                matched += (byte) next == wanted[matched] ? 1 : 0;
                if (matched == wanted.length) {
                    return true;
                }
            }
            return false;
        }
    }
}
