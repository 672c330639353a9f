package dev.adit.edgesim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.tunnel.TunnelSpec;
import dev.adit.proxy.testing.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the public listeners make of HTTP/1.1 that is ambiguous, oversized or wrong, in clear and over TLS. */
@Timeout(60)
class HostileHttp1Test {
    private static final String HOST = "Host: www.example.com\r\n";
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\n" + HOST + "\r\n";

    private static EdgeSim sim;
    private static ConnectorDouble connector;
    private static RawClient honest;
    private static int openSockets;

    @BeforeAll
    static void start() throws Exception {
        sim = EdgeSim.start(
                EdgeSimOptions.of(TunnelSpec.parse("golden=www.example.com").withToken(ConnectorDouble.GOLDEN_TOKEN)));
        connector = ConnectorDouble.registered(sim, ConnectorDouble.GOLDEN_TOKEN, 0);
        connector.serve(stream -> stream.answer("<" + stream.header(":path") + ">"));
        sim.awaitServing("golden", 1, Duration.ofSeconds(10)).get(10, TimeUnit.SECONDS);
        honest = new RawClient(sim.ports().http());
        expectHonestServed();
        openSockets = sim.openSockets();
    }

    @AfterAll
    static void stop() throws Exception {
        honest.close();
        connector.close();
        sim.close();
    }

    @AfterEach
    void goesOnAsBefore() throws Exception {
        expectHonestServed();
        Waiting.until("the hostile connection is gone", () -> sim.openSockets() == openSockets);
    }

    private static void expectHonestServed() throws IOException {
        honest.send("GET /honest HTTP/1.1\r\n" + HOST + "\r\n");
        assertThat(honest.readUntil("</honest>")).startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void refusesAndCloses(String name, String request, int status) throws Exception {
        for (boolean secure : new boolean[] {false, true}) {
            try (RawClient eyeball = client(secure)) {
                eyeball.send(request);

                assertThat(eyeball.readAll())
                        .startsWith("HTTP/1.1 " + status + " ")
                        .containsIgnoringCase("\r\nconnection: close\r\n")
                        .containsOnlyOnce("HTTP/1.1 ")
                        .doesNotContain("</>", "</smuggled>");
            }
        }
    }

    private static RawClient client(boolean secure) throws IOException {
        return secure
                ? RawClient.secure(sim, "www.example.com")
                : new RawClient(sim.ports().http());
    }

    static Stream<Arguments> attacks() {
        return Stream.of(framing(), syntax(), sizes()).flatMap(List::stream);
    }

    private static List<Arguments> framing() {
        return List.of(
                post("a length and chunks", "Content-Length: 4\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
                post("chunks and a length", "Transfer-Encoding: chunked\r\nContent-Length: 4", "0\r\n\r\n"),
                post("two lengths", "Content-Length: 4\r\nContent-Length: 5", "abcd"),
                post("two equal lengths", "Content-Length: 4\r\nContent-Length: 4", "abcd"),
                post("a list of lengths", "Content-Length: 4, 4", "abcd"),
                post("a signed length", "Content-Length: +4", "abcd"),
                post("a negative length", "Content-Length: -4", "abcd"),
                post("a length that is no number", "Content-Length: 0x4", "abcd"),
                post("a length over 2^63", "Content-Length: 9223372036854775808", "abcd"),
                post("an unknown coding", "Transfer-Encoding: gzip", ""),
                post("chunks and another coding", "Transfer-Encoding: gzip, chunked", "0\r\n\r\n"),
                post("chunks twice", "Transfer-Encoding: chunked, chunked", "0\r\n\r\n"),
                post("chunks in two fields", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
                post("identity", "Transfer-Encoding: identity", ""),
                post("a coding that looks like chunked", "Transfer-Encoding: xchunked", ""),
                post("a control character before chunked", "Transfer-Encoding: \u000bchunked", "0\r\n\r\n"),
                post("a folded line", "Transfer-Encoding:\r\n chunked", "0\r\n\r\n"),
                post("a space before the colon", "Transfer-Encoding : chunked", "0\r\n\r\n"),
                Arguments.of(
                        "chunks in HTTP/1.0",
                        "POST / HTTP/1.0\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        400));
    }

    private static List<Arguments> syntax() {
        return List.of(
                get("a bare line feed behind a field", "X-A: b\nX-B: c"),
                get("a bare carriage return in a value", "X-A: b\rX-B: c"),
                get("a NUL in a value", "X-A: b\0"),
                get("a control character in a value", "X-A: b\u0001"),
                get("a NUL in a name", "X\0A: b"),
                get("a space in a name", "X A: b"),
                get("an empty name", ": b"),
                get("a line without a colon", "X-A"),
                line("a bare line feed behind the request line", "GET / HTTP/1.1\n" + HOST + "\r\n", 400),
                line("a space in the path", "GET /a b HTTP/1.1\r\n" + HOST + "\r\n", 400),
                line("a control character in the path", "GET /\u0001 HTTP/1.1\r\n" + HOST + "\r\n", 400),
                line("no version", "GET /\r\n" + HOST + "\r\n", 400),
                line("HTTP/2 in clear", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
                line("a version of the future", "GET / HTTP/1.2\r\n" + HOST + "\r\n", 505),
                line("a method that is no token", "G(T / HTTP/1.1\r\n" + HOST + "\r\n", 400),
                line("bytes that are not HTTP", "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n", 400));
    }

    private static List<Arguments> sizes() {
        return List.of(
                line("a line of 40,000 bytes", "GET /" + "a".repeat(40_000) + " HTTP/1.1\r\n" + HOST + "\r\n", 414),
                line("a line without end", "GET /" + "a".repeat(33_000), 414),
                get("a field of 70,000 bytes", "X-A: " + "a".repeat(70_000), 431),
                get("20,000 fields", "A: b\r\n".repeat(19_999) + "A: b", 431));
    }

    private static Arguments post(String name, String fields, String body) {
        return Arguments.of(name, "POST / HTTP/1.1\r\n" + HOST + fields + "\r\n\r\n" + body + SMUGGLED, 400);
    }

    private static Arguments get(String name, String field) {
        return get(name, field, 400);
    }

    private static Arguments get(String name, String field, int status) {
        return Arguments.of(name, "GET / HTTP/1.1\r\n" + HOST + field + "\r\n\r\n" + SMUGGLED, status);
    }

    private static Arguments line(String name, String request, int status) {
        return Arguments.of(name, request, status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ffffffffffffffff\r\nabc\r\n",
                "80000000\r\nabc\r\n",
                "-1\r\nabc\r\n",
                "0x3\r\nabc\r\n",
                "3 3\r\nabc\r\n",
                "\r\nabc\r\n",
                "3\r\nabcd\r\n0\r\n\r\n",
                "3\nabc\n0\n\n",
                "3;a\rb\r\nabc\r\n"
            })
    void endsABodyWithABadChunk(String chunks) throws Exception {
        connector.serve(stream -> {
            if ("/honest".equals(stream.header(":path"))) {
                stream.answer("</honest>");
            }
        });
        try (RawClient eyeball = client(false)) {
            eyeball.send("POST /bad HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + chunks + SMUGGLED);

            assertThat(eyeball.readAll()).startsWith("HTTP/1.1 400 ").containsOnlyOnce("HTTP/1.1 ");
        }
        ConnectorDouble.DoubleStream cut = connector.nextRequest();
        while (!"/bad".equals(cut.header(":path"))) {
            cut = connector.nextRequest();
        }
        assertThat(cut.whenReset().get(10, TimeUnit.SECONDS)).isEqualTo(8);
        connector.serve(stream -> stream.answer("<" + stream.header(":path") + ">"));
    }

    @Test
    void refusesAChunkExtensionWithoutEnd() throws Exception {
        try (RawClient eyeball = client(false)) {
            eyeball.send(
                    "POST /honest HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n1;" + "a".repeat(40_000));

            // The answer may be complete before the extension is too long.
            assertThat(eyeball.readAll()).containsOnlyOnce("HTTP/1.1 ");
        }
    }

    @Test
    void takesTheHostOfAnAbsoluteTarget() throws Exception {
        try (RawClient eyeball = client(false)) {
            eyeball.send("GET http://unknown.example.com/ HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n");

            assertThat(eyeball.readAll()).startsWith("HTTP/1.1 404 ").contains("unknown.example.com");
        }
    }
}
