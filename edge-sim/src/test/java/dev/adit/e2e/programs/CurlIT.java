package dev.adit.e2e.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** curl through the public side: what it sends arrives, and what the origin answers comes back. */
@Tag("programs")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
final class CurlIT {
    private static final String HOST = "curl.example.test";
    private static final String REFUSING_HOST = "refusing.example.test";
    private static final long MIB = 1L << 20;
    private static final Noise DOWNLOAD = new Noise(1, 256 * MIB);
    private static final Noise UPLOAD = new Noise(2, 100 * MIB);

    private final Running running = new Running();
    private RawOrigin origin;
    private Chain chain;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        origin = running.add(new RawOrigin(CurlIT::answer));
        chain = running.add(Chain.start(directory, Map.of(HOST, origin.service(), REFUSING_HOST, FreePort.service())));
    }

    @AfterAll
    void stop() {
        running.close();
    }

    @BeforeEach
    void forget() {
        origin.forget();
    }

    private static void answer(RawOrigin.Request request, OutputStream out) throws IOException {
        String path = request.line().split(" ", -1)[1];
        if (path.equals("/big")) {
            out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: " + DOWNLOAD.sizeBytes() + "\r\n\r\n"));
            DOWNLOAD.writeTo(out);
        } else if (path.equals("/chunked")) {
            out.write(ascii("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n1\r\ne\r\n0\r\n\r\n"));
        } else if (path.equals("/headers")) {
            out.write(ascii(String.join(
                    "\r\n",
                    "HTTP/1.1 418 Short and stout",
                    "Set-Cookie: a=1; Path=/",
                    "X-Empty:",
                    "Set-Cookie: b=\"2, 3\"; HttpOnly",
                    "X-Latin: caf\u00e9",
                    "Date: Thu, 01 Jan 1970 00:00:00 GMT",
                    "Server: raw/1.0 (odd, \"quoted\")",
                    "Content-Encoding: x-none",
                    "Content-Length: 3",
                    "",
                    "abc")));
        } else if (path.startsWith("/number/")) {
            String number = path.substring("/number/".length());
            out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: " + number.length() + "\r\n\r\n" + number));
        } else if (request.line().startsWith("HEAD ")) {
            out.write(ascii("HTTP/1.1 200 OK\r\nETag: \"7\"\r\nContent-Length: 123456789\r\n\r\n"));
        } else {
            out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n"));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2"})
    void speaksTheVersionThatWasAsked(String version) {
        String shown = chain.curl(HOST, "/")
                .with(version, "--write-out", "%{http_version} %{http_code}")
                .run()
                .ok()
                .text();

        assertThat(shown).isEqualTo("ok\n" + (version.equals("--http2") ? "2" : "1.1") + " 200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2"})
    void showsHeadersOfTheOriginButItsName(String version) {
        String shown = chain.curl(HOST, "/headers")
                .with(version, "--include")
                .run()
                .ok()
                .text();

        assertThat(shown.lines().map(CurlIT::nameInLowerCase))
                .containsSubsequence(
                        "set-cookie: a=1; Path=/",
                        "set-cookie: b=\"2, 3\"; HttpOnly",
                        "x-latin: caf\u00e9",
                        "date: Thu, 01 Jan 1970 00:00:00 GMT",
                        "content-encoding: x-none",
                        "content-length: 3",
                        "server: cloudflare",
                        "",
                        "abc");
        assertThat(shown).startsWith(version.equals("--http2") ? "HTTP/2 418" : "HTTP/1.1 418");
        assertThat(shown.lines().map(CurlIT::nameInLowerCase).map(String::strip))
                .contains("x-empty:");
    }

    private static String nameInLowerCase(String line) {
        int colon = line.indexOf(':');
        return colon < 0 ? line : line.substring(0, colon).toLowerCase(Locale.ROOT) + line.substring(colon);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2"})
    void showsTheLengthOfWhatHeadDoesNotSend(String version) throws Exception {
        String shown = chain.curl(HOST, "/x").with(version, "--head").run().ok().text();

        assertThat(shown.lines().map(CurlIT::nameInLowerCase))
                .contains("content-length: 123456789", "etag: \"7\"")
                .last()
                .isEqualTo("");
        assertThat(origin.next().line()).isEqualTo("HEAD /x HTTP/1.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2"})
    void joinsChunksOfTheOrigin(String version) {
        assertThat(chain.curl(HOST, "/chunked").with(version).run().ok().text()).isEqualTo("abcde");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2"})
    void postsABodyOfKnownLength(String version) throws Exception {
        chain.curl(HOST, "/form")
                .with(version, "--data-raw", "a=%20&b=\u00e4+c")
                .run()
                .ok();

        RawOrigin.Request request = origin.next();
        assertThat(request.line()).isEqualTo("POST /form HTTP/1.1");
        assertThat(request.fields()).contains("content-length: 12", "content-type: application/x-www-form-urlencoded");
        assertThat(request.bodyStart()).isEqualTo("a=%20&b=\u00c3\u00a4+c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2"})
    void putsABodyWhoseLengthIsNotKnown(String version) throws Exception {
        Command.Outcome outcome = chain.curl(HOST, "/upload")
                .with(version, "--verbose", "--header", "Expect: 100-continue")
                .with("--expect100-timeout", "60", "--upload-file", "-")
                .run(UPLOAD::writeTo)
                .ok();

        RawOrigin.Request request = origin.next();
        assertThat(request.line()).isEqualTo("PUT /upload HTTP/1.1");
        assertThat(request.field("transfer-encoding")).isEqualTo("chunked");
        assertThat(request.size()).isEqualTo(UPLOAD.sizeBytes());
        assertThat(request.sha256()).isEqualTo(UPLOAD.sha256());
        assertThat(outcome.text()).isEqualTo("ok\n");
        assertThat(outcome.err()).containsPattern("< HTTP/[12.]+ 100");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2"})
    void getsABigBodyUnchanged(String version) throws IOException {
        MessageDigest digest = Noise.newSha256();

        try (OutputStream sink = Noise.into(digest)) {
            chain.curl(HOST, "/big").with(version).run(stdin -> {}, sink).ok();
        }

        assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(DOWNLOAD.sha256());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "//",
                "/a//b///",
                "/a/../b/./c",
                "/../../etc/passwd",
                "/%2e%2e/%2E%2e/x",
                "/a%2Fb%2fc",
                "/job/a%252Fb/config.xml",
                "/%00%01%7f%ff",
                "/a;v=1/b;c",
                "/@scope%2fname",
                "/!$&'()*+,;=:@-._~",
                "/[x]{y}|z^`\\\"<>",
                "/?",
                "/??",
                "/a?b=c%26d&&=&e",
                "/a?x=http://h/../p//q",
                "/a?b#not-sent"
            })
    void leavesPathsAlone(String path) throws Exception {
        for (String version : List.of("--http1.1", "--http2")) {
            chain.curl(HOST, path).with(version).run().ok();

            assertThat(origin.next().line())
                    .as(version)
                    .isEqualTo("GET " + path.replace("#not-sent", "") + " HTTP/1.1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2"})
    void leavesRequestHeadersAlone(String version) throws Exception {
        String cookie = "a=" + "c".repeat(4000);

        chain.curl(HOST, "/")
                .with(version, "--user-agent", "odd (agent; \"q\")", "--header", "Accept: */*;q=0.1, text/x")
                .with("--header", "X-Twice: 1", "--header", "X-Between: \t spaced   out", "--header", "X-Twice: 2")
                .with("--header", "X-Empty;", "--header", "X_Under.Score: 1", "--cookie", cookie)
                .with("--header", "Authorization: Basic YTpi", "--header", "Range: bytes=0-1,5-")
                .with("--header", "Accept-Encoding: br;q=0", "--header", "Content-Type: caf\u00e9")
                .run()
                .ok();

        RawOrigin.Request request = origin.next();
        assertThat(request.fields())
                .contains(
                        "host: " + HOST + ":" + chain.sim().ports().https(),
                        "user-agent: odd (agent; \"q\")",
                        "accept: */*;q=0.1, text/x",
                        "x-between: spaced   out",
                        "x_under.score: 1",
                        "cookie: " + cookie,
                        "authorization: Basic YTpi",
                        "range: bytes=0-1,5-",
                        "accept-encoding: br;q=0",
                        "content-type: caf\u00c3\u00a9",
                        "x-forwarded-proto: https",
                        "x-forwarded-for: 127.0.0.1")
                .containsSubsequence("x-twice: 1", "x-twice: 2")
                .anyMatch(line -> line.strip().equals("x-empty:"))
                .noneMatch(line -> line.startsWith("cf-cloudflared-"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2"})
    void showsAnErrorPageForWhatCanNotBeReached(String version) throws IOException {
        // After the time for which the connector tries a refused connection again.
        assertThat(status(REFUSING_HOST, version)).isEqualTo("503");
        assertThat(status(Chain.DOWN_HOST, version)).isEqualTo("530");
        assertThat(status(Chain.UNRULED_HOST, version)).isEqualTo("404");
        assertThat(status(HOST, version)).isEqualTo("200");
    }

    private String status(String host, String version) {
        return chain.curl(host, "/")
                .with(version, "--output", "page", "--write-out", "%{http_code}")
                .run()
                .ok()
                .text();
    }

    @Test
    void showsAnErrorPageForAnUnknownHost() throws IOException {
        String shown = chain.curl(HOST, "/")
                .with("--header", "Host: unknown.example.test", "--write-out", "%{http_code}")
                .run()
                .ok()
                .text();

        assertThat(shown).contains("unknown.example.test").endsWith("404");
    }

    @Test
    void sendsManyRequestsOverOneConnectionAtOnce(@TempDir Path directory) throws IOException {
        int requests = 500;
        StringBuilder config = new StringBuilder();
        for (int i = 0; i < requests; i++) {
            config.append("url = \"")
                    .append(chain.url(HOST))
                    .append("/number/")
                    .append(i)
                    .append("\"\noutput = \"")
                    .append(directory.resolve(Integer.toString(i)))
                    .append("\"\n");
        }
        Path file = Files.writeString(directory.resolve("config"), config);

        String shown = chain.curl(HOST, "/number/first")
                .with("--output", directory.resolve("first").toString(), "--config", file.toString())
                .with("--http2", "--parallel", "--parallel-max", "100")
                .with("--write-out", "%{num_connects} %{http_version} %{http_code}\\n")
                .run()
                .ok()
                .text();

        assertThat(shown.lines()).hasSize(requests + 1).allMatch(line -> line.endsWith(" 2 200"));
        assertThat(shown.lines()
                        .mapToInt(line -> Integer.parseInt(line.split(" ", -1)[0]))
                        .sum())
                .as("connections")
                .isEqualTo(1);
        assertThat(IntStream.range(0, requests))
                .allSatisfy(
                        i -> assertThat(directory.resolve(Integer.toString(i))).hasContent(Integer.toString(i)));
    }
}
