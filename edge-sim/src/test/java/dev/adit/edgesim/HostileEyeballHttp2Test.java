package dev.adit.edgesim;

import static dev.adit.edgesim.WireFrame.fields;
import static dev.adit.edgesim.WireFrame.joined;
import static dev.adit.edgesim.WireFrame.repeated;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.tunnel.TunnelSpec;
import dev.adit.proxy.testing.Waiting;
import io.netty.handler.codec.http2.Http2Error;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the HTTPS listener makes of HTTP/2 that no eyeball should speak; a well-behaved one is served after each case. */
@Timeout(60)
class HostileEyeballHttp2Test {
    private static final int WINDOW_BYTES = 1 << 20;
    // FrameGuard's limits, Netty's for resets as the listener sets it.
    private static final int IDLE_FRAMES = 5_000;
    private static final int STRAY_RESETS = 1_000;
    private static final int RESETS = 400;

    private static EdgeSim sim;
    private static ConnectorDouble connector;
    private static H2Wire honest;
    private static int honestStream = 1;
    private static int openSockets;

    @BeforeAll
    static void start() throws Exception {
        sim = EdgeSim.start(
                EdgeSimOptions.of(TunnelSpec.parse("golden=www.example.com").withToken(ConnectorDouble.GOLDEN_TOKEN)));
        connector = ConnectorDouble.registered(sim, ConnectorDouble.GOLDEN_TOKEN, 0);
        connector.withholdCredit();
        connector.serve(stream -> {
            if ("/honest".equals(stream.header(":path"))) {
                stream.answer("here");
            }
        });
        sim.awaitServing("golden", 1, Duration.ofSeconds(10)).get(10, TimeUnit.SECONDS);
        honest = H2Wire.eyeball(sim);
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
        Waiting.until("its streams are gone", () -> openStreams() == 1);
    }

    private static void expectHonestServed() throws Exception {
        honest.get(honestStream, "/honest");
        honestStream += 2;
        assertThat(honest.awaitStatus()).isEqualTo("200");
        assertThat(honest.awaitData()).isEqualTo("here");
    }

    // The control stream stays.
    private static int openStreams() {
        return sim.loop()
                .submit(() -> sim.sessions("golden").get(0).openStreams())
                .syncUninterruptibly()
                .getNow();
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void refusesWhatBreaksTheRules(Attack attack) throws Exception {
        try (H2Wire wire = H2Wire.eyeball(sim)) {
            wire.send(attack.frames());
            if (!attack.expected().startsWith("GOAWAY")) {
                wire.mark();
            }

            assertThat(wire.outcome()).isEqualTo(attack.expected());
            if (attack.expected().startsWith("GOAWAY")) {
                wire.awaitEnd();
            }
        }
    }

    static Stream<Attack> attacks() {
        return Stream.of(frames(), settings(), windows(), heads(), fieldSections(), states(), floods())
                .flatMap(List::stream);
    }

    private static List<Attack> frames() {
        return List.of(
                attack("DATA on stream 0", "GOAWAY PROTOCOL_ERROR", WireFrame.data(0, false, "x")),
                attack("HEADERS on stream 0", "GOAWAY PROTOCOL_ERROR", get(0)),
                attack("HEADERS on an even stream", "GOAWAY PROTOCOL_ERROR", get(2)),
                attack("DATA on an idle stream", "GOAWAY PROTOCOL_ERROR", WireFrame.data(1, false, "x")),
                attack("RST_STREAM on an idle stream", "GOAWAY PROTOCOL_ERROR", WireFrame.reset(1, Http2Error.CANCEL)),
                attack("RST_STREAM on stream 0", "GOAWAY PROTOCOL_ERROR", WireFrame.reset(0, Http2Error.CANCEL)),
                attack("CONTINUATION alone", "GOAWAY PROTOCOL_ERROR", raw(WireFrame.CONTINUATION, 4, 1, 1)),
                attack(
                        "a PING inside of a field section",
                        "GOAWAY PROTOCOL_ERROR",
                        new WireFrame(WireFrame.HEADERS, WireFrame.END_STREAM, 1, fields(":method", "GET")),
                        WireFrame.ping(1)),
                attack(
                        "CONTINUATION of another stream",
                        "GOAWAY PROTOCOL_ERROR",
                        new WireFrame(WireFrame.HEADERS, WireFrame.END_STREAM, 1, fields(":method", "GET")),
                        raw(WireFrame.CONTINUATION, 4, 3, 1)),
                attack("PING on a stream", "GOAWAY PROTOCOL_ERROR", raw(WireFrame.PING, 0, 1, 8)),
                attack("PING of 7 bytes", "GOAWAY FRAME_SIZE_ERROR", raw(WireFrame.PING, 0, 0, 7)),
                attack("RST_STREAM of 3 bytes", "GOAWAY FRAME_SIZE_ERROR", get(1), raw(WireFrame.RST_STREAM, 0, 1, 3)),
                attack("WINDOW_UPDATE of 3 bytes", "GOAWAY FRAME_SIZE_ERROR", raw(WireFrame.WINDOW_UPDATE, 0, 0, 3)),
                attack("GOAWAY on a stream", "GOAWAY PROTOCOL_ERROR", raw(WireFrame.GOAWAY, 0, 1, 8)),
                attack("PRIORITY on stream 0", "GOAWAY PROTOCOL_ERROR", raw(WireFrame.PRIORITY, 0, 0, 5)),
                attack("PUSH_PROMISE", "GOAWAY PROTOCOL_ERROR", get(1), push()),
                attack("a frame of 16,385 bytes", "GOAWAY FRAME_SIZE_ERROR", get(1), raw(WireFrame.DATA, 0, 1, 16_385)),
                attack(
                        "padding longer than its frame",
                        "GOAWAY PROTOCOL_ERROR",
                        post(1),
                        new WireFrame(WireFrame.DATA, WireFrame.PADDED, 1, new byte[] {5, 1, 2})),
                attack("a frame of an unknown type", "ALIVE", raw(99, 255, 7, 10)),
                attack(
                        "a GOAWAY with an unknown code",
                        "ALIVE",
                        new WireFrame(WireFrame.GOAWAY, 0, 0, repeated(8, (byte) 127))));
    }

    private static List<Attack> settings() {
        return List.of(
                attack("SETTINGS on a stream", "GOAWAY PROTOCOL_ERROR", raw(WireFrame.SETTINGS, 0, 1, 0)),
                attack("SETTINGS of 5 bytes", "GOAWAY FRAME_SIZE_ERROR", raw(WireFrame.SETTINGS, 0, 0, 5)),
                attack("SETTINGS ACK with a payload", "GOAWAY FRAME_SIZE_ERROR", raw(WireFrame.SETTINGS, 1, 0, 6)),
                attack("ENABLE_PUSH 2", "GOAWAY PROTOCOL_ERROR", WireFrame.setting(2, 2)),
                attack("INITIAL_WINDOW_SIZE 2^31", "GOAWAY FLOW_CONTROL_ERROR", WireFrame.setting(4, 1 << 31)),
                attack("MAX_FRAME_SIZE 100", "GOAWAY PROTOCOL_ERROR", WireFrame.setting(5, 100)),
                attack("an unknown setting", "ALIVE", WireFrame.setting(0x7777, -1)),
                attack(
                        "INITIAL_WINDOW_SIZE that overflows a stream",
                        "GOAWAY FLOW_CONTROL_ERROR",
                        post(1),
                        WireFrame.windowUpdate(1, Integer.MAX_VALUE - 65_535),
                        WireFrame.setting(4, 65_536)));
    }

    private static List<Attack> windows() {
        return List.of(
                attack("WINDOW_UPDATE of 0", "GOAWAY PROTOCOL_ERROR", WireFrame.windowUpdate(0, 0)),
                attack(
                        "WINDOW_UPDATE of 0 for a stream",
                        "RESET 1 PROTOCOL_ERROR",
                        post(1),
                        WireFrame.windowUpdate(1, 0)),
                attack(
                        "a connection window over 2^31-1",
                        "GOAWAY FLOW_CONTROL_ERROR",
                        WireFrame.windowUpdate(0, Integer.MAX_VALUE)),
                attack(
                        "a stream window over 2^31-1",
                        "RESET 1 FLOW_CONTROL_ERROR",
                        post(1),
                        WireFrame.windowUpdate(1, Integer.MAX_VALUE)),
                attack(
                        "more DATA than the stream's window",
                        "RESET 1 FLOW_CONTROL_ERROR",
                        Stream.concat(
                                        Stream.of(post(1)),
                                        IntStream.rangeClosed(0, WINDOW_BYTES / 16_384)
                                                .mapToObj(i -> raw(WireFrame.DATA, 0, 1, 16_384)))
                                .toArray(WireFrame[]::new)));
    }

    private static List<Attack> heads() {
        return List.of(
                malformed("a name in upper case", "X-Upper", "1"),
                malformed("a space in a name", "x y", "1"),
                malformed("an empty name", "", "1"),
                malformed("a line feed in a value", "x-a", "1\nx-b: 2"),
                malformed("a NUL in a value", "x-a", "1\0"),
                malformed("connection", "connection", "x"),
                malformed("transfer-encoding", "transfer-encoding", "chunked"),
                malformed("te: gzip", "te", "gzip"),
                malformed("upgrade", "upgrade", "websocket"),
                malformed("an unknown pseudo field", ":x", "1"),
                malformed("a response's pseudo field", ":status", "200"),
                malformed("a pseudo field behind others", "x-a", "1", ":path", "/"),
                malformed(":path twice", ":path", "/"),
                malformed(":protocol without CONNECT", ":protocol", "websocket"),
                malformed("a length without a body", "content-length", "3"),
                line("a space in the method", "G T", "/"),
                line("no method in :method", "", "/"),
                line("a space in the path", "GET", "/a HTTP/1.1"),
                line("a control character in the path", "GET", "/\u0001"),
                line("an empty path", "GET", ""),
                attack(
                        "no :path",
                        "RESET 1 PROTOCOL_ERROR",
                        WireFrame.head(1, true, ":method", "GET", ":scheme", "https", ":authority", "www.example.com")),
                attack(
                        "no :method",
                        "RESET 1 PROTOCOL_ERROR",
                        WireFrame.head(1, true, ":scheme", "https", ":authority", "www.example.com", ":path", "/")),
                attack(
                        "no host at all",
                        "STATUS 1 400",
                        WireFrame.head(1, true, ":method", "GET", ":scheme", "https", ":path", "/")),
                attack(
                        "another host beside :authority",
                        "RESET 1 PROTOCOL_ERROR",
                        WireFrame.head(1, true, with(H2Wire.request("GET", "/"), "host", "other.example.com"))),
                attack(
                        "user information in :authority",
                        "STATUS 1 400",
                        WireFrame.head(
                                1,
                                true,
                                ":method",
                                "GET",
                                ":scheme",
                                "https",
                                ":authority",
                                "a@www.example.com",
                                ":path",
                                "/")),
                attack("a path without slash", "STATUS 1 400", WireFrame.head(1, true, H2Wire.request("GET", "x"))),
                attack(
                        "CONNECT",
                        "STATUS 1 405",
                        WireFrame.head(1, true, ":method", "CONNECT", ":authority", "www.example.com:22")),
                attack(
                        "extended CONNECT for what is not WebSocket",
                        "STATUS 1 405",
                        WireFrame.head(1, false, with(H2Wire.request("CONNECT", "/"), ":protocol", "connect-udp"))));
    }

    private static Attack line(String name, String method, String path) {
        return attack(name, "RESET 1 PROTOCOL_ERROR", WireFrame.head(1, true, H2Wire.request(method, path)));
    }

    private static Attack malformed(String name, String... more) {
        boolean pseudo = more[0].startsWith(":");
        String[] request = H2Wire.request("GET", "/");
        return attack(
                name,
                "RESET 1 PROTOCOL_ERROR",
                WireFrame.head(1, true, pseudo ? with(more, request) : with(request, more)));
    }

    private static List<Attack> fieldSections() {
        byte[] request = fields(H2Wire.request("GET", "/"));
        return List.of(
                attack("an index that is not in the table", "GOAWAY COMPRESSION_ERROR", section(new byte[] {
                    (byte) 0xff, 0x7f
                })),
                attack("an endless number", "GOAWAY COMPRESSION_ERROR", section(repeated(20, (byte) 0xff))),
                attack("a table size over the limit", "GOAWAY COMPRESSION_ERROR", section(new byte[] {
                    0x3f, (byte) 0xe1, 0x7f
                })),
                attack("a cut literal", "GOAWAY COMPRESSION_ERROR", section(new byte[] {0, 9, 'x'})),
                attack(
                        "a field of 70,000 bytes",
                        "STATUS 1 431",
                        sections(joined(request, fields("x-big", "x".repeat(70_000))))),
                attack("10,000 fields", "STATUS 1 431", sections(joined(request, repeated(10_000, fields("a", "b"))))),
                attack(
                        "an HPACK bomb",
                        "STATUS 1 431",
                        sections(joined(
                                request, WireFrame.indexed("x-a", "x".repeat(4_000)), repeated(12_000, (byte) 0xbe)))),
                attack("CONTINUATION without end", "GOAWAY PROTOCOL_ERROR", endless(5, 16_384)),
                attack("small CONTINUATION without end", "GOAWAY ENHANCE_YOUR_CALM", endless(20, 1)),
                attack("empty CONTINUATION without end", "GOAWAY ENHANCE_YOUR_CALM", endless(20, 0)));
    }

    private static List<Attack> states() {
        return List.of(
                attack("DATA behind the end", "RESET 1 STREAM_CLOSED", get(1), WireFrame.data(1, false, "x")),
                attack("HEADERS behind the end", "RESET 1 PROTOCOL_ERROR", get(1), get(1)),
                attack(
                        "trailers that do not end",
                        "RESET 1 PROTOCOL_ERROR",
                        post(1),
                        WireFrame.head(1, false, "x-a", "b")),
                attack(
                        "pseudo fields in trailers",
                        "RESET 1 PROTOCOL_ERROR",
                        post(1),
                        WireFrame.head(1, true, ":path", "/")),
                attack(
                        "more body than declared",
                        "RESET 1 PROTOCOL_ERROR",
                        declared(),
                        WireFrame.data(1, false, "abcd")),
                attack("less body than declared", "RESET 1 PROTOCOL_ERROR", declared(), WireFrame.data(1, true, "ab")),
                attack("a stream number that went back", "RESET 3 STREAM_CLOSED", get(5), get(3)),
                attack(
                        "257 streams",
                        "RESET 513 REFUSED_STREAM",
                        IntStream.rangeClosed(0, 256)
                                .mapToObj(i -> get(2 * i + 1))
                                .toArray(WireFrame[]::new)));
    }

    private static List<Attack> floods() {
        return List.of(
                flood("PING", IDLE_FRAMES, WireFrame.ping(1)),
                flood("SETTINGS", IDLE_FRAMES, WireFrame.setting(4, 65_535)),
                flood("PRIORITY", IDLE_FRAMES, raw(WireFrame.PRIORITY, 0, 1, 5)),
                flood("frames of an unknown type", IDLE_FRAMES, raw(99, 0, 0, 0)),
                attack("a flood of empty DATA", "GOAWAY ENHANCE_YOUR_CALM", post(1), empty(), empty(), empty()),
                attack(
                        "resets of a closed stream",
                        "GOAWAY ENHANCE_YOUR_CALM",
                        Stream.concat(Stream.of(get(1)), times(STRAY_RESETS + 1, WireFrame.reset(1, Http2Error.CANCEL)))
                                .toArray(WireFrame[]::new)),
                attack(
                        "rapid reset",
                        "GOAWAY ENHANCE_YOUR_CALM",
                        IntStream.rangeClosed(0, RESETS)
                                .boxed()
                                .flatMap(i -> Stream.of(get(2 * i + 1), WireFrame.reset(2 * i + 1, Http2Error.CANCEL)))
                                .toArray(WireFrame[]::new)));
    }

    private static Attack flood(String what, int limit, WireFrame frame) {
        // The SETTINGS of the preface count too.
        return attack(
                "a flood of " + what,
                "GOAWAY ENHANCE_YOUR_CALM",
                times(limit, frame).toArray(WireFrame[]::new));
    }

    private static Stream<WireFrame> times(int count, WireFrame frame) {
        return Stream.generate(() -> frame).limit(count);
    }

    private static Attack attack(String name, String expected, WireFrame... frames) {
        return new Attack(name, expected, List.of(frames));
    }

    private static WireFrame get(int stream) {
        return WireFrame.head(stream, true, H2Wire.request("GET", "/"));
    }

    private static WireFrame post(int stream) {
        return WireFrame.head(stream, false, H2Wire.request("POST", "/"));
    }

    private static WireFrame declared() {
        return WireFrame.head(1, false, with(H2Wire.request("POST", "/"), "content-length", "3"));
    }

    private static WireFrame empty() {
        return WireFrame.data(1, false, "");
    }

    private static WireFrame push() {
        return new WireFrame(
                WireFrame.PUSH_PROMISE,
                WireFrame.END_HEADERS,
                1,
                joined(WireFrame.number(2), fields(H2Wire.request("GET", "/"))));
    }

    private static WireFrame raw(int type, int flags, int stream, int length) {
        return new WireFrame(type, flags, stream, new byte[length]);
    }

    private static WireFrame section(byte[] fields) {
        return new WireFrame(WireFrame.HEADERS, WireFrame.END_HEADERS | WireFrame.END_STREAM, 1, fields);
    }

    /** One field section in as many frames as it needs. */
    private static WireFrame[] sections(byte[] fields) {
        int count = (fields.length + 16_383) / 16_384;
        return IntStream.range(0, count)
                .mapToObj(i -> new WireFrame(
                        i == 0 ? WireFrame.HEADERS : WireFrame.CONTINUATION,
                        (i == 0 ? WireFrame.END_STREAM : 0) | (i == count - 1 ? WireFrame.END_HEADERS : 0),
                        1,
                        Arrays.copyOfRange(fields, i * 16_384, Math.min(fields.length, (i + 1) * 16_384))))
                .toArray(WireFrame[]::new);
    }

    /** A field section that has not ended after {@code count} CONTINUATION frames. */
    private static WireFrame[] endless(int count, int length) {
        WireFrame begin = new WireFrame(
                WireFrame.HEADERS, WireFrame.END_STREAM, 1, joined(fields(H2Wire.request("GET", "/")), new byte[0]));
        byte[] field = fields("x-a", "x".repeat(Math.max(0, length - 12)));
        byte[] part = Arrays.copyOf(field, length);
        return Stream.concat(Stream.of(begin), times(count, new WireFrame(WireFrame.CONTINUATION, 0, 1, part)))
                .toArray(WireFrame[]::new);
    }

    private static String[] with(String[] first, String... more) {
        return Stream.concat(Arrays.stream(first), Arrays.stream(more)).toArray(String[]::new);
    }

    @Test
    void refusesWhatIsNotHttp2() throws Exception {
        for (String first : List.of("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n", "\0".repeat(100))) {
            try (H2Wire wire = H2Wire.silentEyeball(sim)) {
                wire.sendBytes(first.getBytes(StandardCharsets.US_ASCII));

                assertThat(wire.outcome()).isEqualTo("GOAWAY PROTOCOL_ERROR");
                wire.awaitEnd();
            }
        }
    }

    /**
     * One thing that is wrong.
     *
     * @param name what it is
     * @param expected what {@link H2Wire#outcome} shall be
     * @param frames what is sent behind preface and SETTINGS
     */
    private record Attack(String name, String expected, List<WireFrame> frames) {
        @Override
        public String toString() {
            return name;
        }
    }
}
