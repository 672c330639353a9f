package dev.adit.e2e.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** nginx as an origin of files: ranges, validators, compression, connections that are kept. */
@Tag("programs")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
final class NginxIT {
    private static final String HOST = "files.example.test";
    private static final Noise LARGE = new Noise(5, 50L << 20);
    private static final String TEXT = "The same line again and again.\n".repeat(20_000);

    private final Running running = new Running();
    private Path directory;
    private Program nginx;
    private Chain chain;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        directory = temporary;
        Path files = Files.createDirectory(directory.resolve("files"));
        Files.writeString(files.resolve("digits"), "0123456789");
        Files.writeString(files.resolve("text.txt"), TEXT);
        Files.writeString(files.resolve("parts.html"), "<!--# echo var=\"none\" default=\"made\" --> here");
        try (OutputStream out = Files.newOutputStream(files.resolve("large"))) {
            LARGE.writeTo(out);
        }
        int port = FreePort.next();
        Files.writeString(directory.resolve("nginx.conf"), configuration(port));
        nginx = running.add(Program.start(
                directory,
                List.of("/usr/sbin/nginx", "-p", directory.toString(), "-c", "nginx.conf", "-e", "/dev/stderr")));
        // It listens when it names its event method.
        nginx.await(Pattern.compile("using the \"[a-z]+\" event method"), Duration.ofSeconds(30));
        chain = running.add(Chain.start(directory, Map.of(HOST, "http://127.0.0.1:" + port)));
    }

    @AfterAll
    void stop() {
        running.close();
    }

    private static String configuration(int port) {
        return """
                daemon off;
                master_process off;
                pid nginx.pid;
                error_log /dev/stderr notice;
                events { worker_connections 256; }
                http {
                  log_format numbers '$request_uri connection=$connection request=$connection_requests';
                  access_log /dev/stdout numbers;
                  client_body_temp_path body;
                  proxy_temp_path proxy;
                  fastcgi_temp_path fastcgi;
                  uwsgi_temp_path uwsgi;
                  scgi_temp_path scgi;
                  default_type application/octet-stream;
                  types { text/plain txt; text/html html; }
                  gzip on;
                  gzip_types text/plain;
                  server {
                    listen 127.0.0.1:%d;
                    root files;
                    ssi on;
                    absolute_redirect off;
                    location = /moved { return 302 /text.txt?moved; }
                    location = /empty { return 204; }
                  }
                }
                """.formatted(port);
    }

    private Answer get(String path, String... options) {
        String shown = chain.curl(HOST, path)
                .with("--include")
                .with(options)
                .run()
                .ok()
                .text();
        int end = shown.indexOf("\r\n\r\n");
        return new Answer(shown.substring(0, end), shown.substring(end + 4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2"})
    void servesAWholeFile(String version) throws IOException {
        MessageDigest digest = Noise.newSha256();

        try (OutputStream sink = Noise.into(digest)) {
            chain.curl(HOST, "/large").with(version).run(stdin -> {}, sink).ok();
        }

        assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(LARGE.sha256());
    }

    @ParameterizedTest
    @ValueSource(strings = {"2-4|234", "7-|789", "-1|9", "0-0|0", "9-20|9"})
    void servesOneRange(String rangeAndPart) {
        String[] both = rangeAndPart.split("\\|", -1);

        Answer answer = get("/digits", "--range", both[0]);

        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.body()).isEqualTo(both[1]);
        assertThat(answer.field("content-range")).matches("bytes [0-9]-[0-9]/10");
    }

    @Test
    void servesSeveralRanges() {
        Answer answer = get("/digits", "--range", "0-1,4-5,-1");

        Matcher type = Pattern.compile("multipart/byteranges; boundary=(\\S+)").matcher(answer.field("content-type"));
        assertThat(answer.status()).isEqualTo(206);
        assertThat(type.matches()).isTrue();
        assertThat(Arrays.stream(answer.body().split("\r\n--" + type.group(1), -1))
                        .map(part -> part.replaceFirst("(?s).*\r\n", "")))
                .containsExactly("", "01", "45", "9", "");
        assertThat(answer.field("content-length"))
                .isEqualTo(Integer.toString(answer.body().length()));
    }

    @Test
    void servesALargeRangeOfALargeFile() throws IOException {
        long from = 13L << 20;
        MessageDigest expected = Noise.newSha256();
        MessageDigest actual = Noise.newSha256();

        try (OutputStream part = Noise.into(expected);
                OutputStream sink = Noise.into(actual)) {
            LARGE.writeTo(part, from, LARGE.sizeBytes());
            chain.curl(HOST, "/large")
                    .with("--range", from + "-")
                    .run(stdin -> {}, sink)
                    .ok();
        }

        assertThat(actual.digest()).isEqualTo(expected.digest());
    }

    @Test
    void refusesARangeBehindTheEnd() {
        Answer answer = get("/digits", "--range", "10-");

        assertThat(answer.status()).isEqualTo(416);
        assertThat(answer.field("content-range")).isEqualTo("bytes */10");
    }

    @Test
    void servesARangeOnlyIfItIsOfTheSameFile() {
        String tag = get("/digits").field("etag");

        Answer same = get("/digits", "--range", "1-2", "--header", "If-Range: " + tag);
        Answer other = get("/digits", "--range", "1-2", "--header", "If-Range: \"other\"");

        assertThat(tag).startsWith("\"");
        assertThat(same.status()).isEqualTo(206);
        assertThat(same.body()).isEqualTo("12");
        assertThat(other.status()).isEqualTo(200);
        assertThat(other.body()).isEqualTo("0123456789");
    }

    @Test
    void sendsNothingAgainThatDidNotChange() {
        Answer first = get("/digits");

        Answer byTag = get("/digits", "--header", "If-None-Match: " + first.field("etag"));
        Answer byDate = get("/digits", "--header", "If-Modified-Since: " + first.field("last-modified"));

        assertThat(List.of(byTag.status(), byDate.status())).containsExactly(304, 304);
        assertThat(byTag.body() + byDate.body()).isEmpty();
        assertThat(byTag.field("etag")).isEqualTo(first.field("etag"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2"})
    void leavesCompressedBodiesCompressed(String version) throws IOException {
        Answer packed = get("/text.txt", version, "--header", "Accept-Encoding: gzip");
        Answer plain = get("/text.txt", version);

        assertThat(packed.field("content-encoding")).isEqualTo("gzip");
        assertThat(packed.field("content-length")).isEmpty();
        assertThat(packed.field("etag")).startsWith("W/\"");
        assertThat(packed.body().length()).isLessThan(TEXT.length() / 10);
        assertThat(unpacked(packed.body())).isEqualTo(TEXT);
        assertThat(plain.field("content-encoding")).isEmpty();
        assertThat(plain.body()).isEqualTo(TEXT);
    }

    private static String unpacked(String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2"})
    void servesWhatIsMadeAsItGoes(String version) {
        Answer answer = get("/parts.html", version);

        assertThat(answer.field("content-length")).isEmpty();
        assertThat(answer.body()).isEqualTo("made here");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2"})
    void servesAnswersWithoutABodyOfTheirOwn(String version) {
        assertThat(get("/empty", version)).returns(204, Answer::status).returns("", Answer::body);
        assertThat(get("/missing", version).status()).isEqualTo(404);
        assertThat(get("/moved", version).field("location")).isEqualTo("/text.txt?moved");
        assertThat(chain.curl(HOST, "/moved")
                        .with(version, "--location")
                        .run()
                        .ok()
                        .text())
                .isEqualTo(TEXT);
    }

    @Test
    void keepsConnectionsToTheOrigin() throws Exception {
        int requests = 40;
        for (int i = 1; i <= requests; i++) {
            get("/digits?keep=" + i);
        }

        nginx.await(Pattern.compile("keep=" + requests + " .*\n"), Duration.ofSeconds(20));
        Set<String> connections = Pattern.compile("keep=[0-9]+ connection=([0-9]+)")
                .matcher(nginx.text())
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.toSet());

        // One for each event loop of the connector, which has four at most.
        assertThat(connections).hasSizeBetween(1, 4);
    }

    /**
     * A response.
     *
     * @param head status line and fields
     * @param body one char a byte
     */
    private record Answer(String head, String body) {
        int status() {
            return Integer.parseInt(head.split(" ", -1)[1].trim().substring(0, 3));
        }

        /** The value of a field; empty if there is none. */
        String field(String name) {
            return head.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                    .map(line -> line.substring(name.length() + 1).trim())
                    .findFirst()
                    .orElse("");
        }
    }
}
