package dev.adit.edgesim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.wire.TunnelToken;
import dev.adit.edgesim.tunnel.TunnelSpec;
import dev.adit.proxy.testing.Waiting;
import io.netty.handler.codec.http2.Http2Error;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the tunnel listener makes of connectors that break the rules behind TLS, where the simulator is the client; the
 * tunnel of an honest one is served after each case.
 */
@Timeout(60)
class HostileConnectorTest {
    private static final int IDLE_FRAMES = 5_000;
    private static final int STRAY_RESETS = 1_000;
    private static final int INFORMATIONAL = 32;
    private static final int QUESTIONS = 100;
    // In a Bootstrap message: segment table, root pointer, kind, pointer, question id.
    private static final int KIND_AT = 16;
    private static final int QUESTION_AT = 32;
    private static final String HONEST = "GET / HTTP/1.1\r\nHost: good.example.com\r\n\r\n";
    private static final String HOSTILE = "GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n";

    private static EdgeSim sim;
    private static ConnectorDouble honest;
    private static RawClient eyeball;
    private static int openSockets;

    @BeforeAll
    static void start() throws Exception {
        sim = EdgeSim.start(EdgeSimOptions.of(
                TunnelSpec.parse("golden=www.example.com").withToken(ConnectorDouble.GOLDEN_TOKEN),
                TunnelSpec.parse("good=good.example.com")));
        honest = ConnectorDouble.registered(sim, TunnelToken.parse(sim.token("good")), 0);
        honest.serve(stream -> stream.answer("here"));
        sim.awaitServing("good", 1, Duration.ofSeconds(10)).get(10, TimeUnit.SECONDS);
        eyeball = new RawClient(sim.ports().http());
        expectHonestServed();
        openSockets = sim.openSockets();
    }

    @AfterAll
    static void stop() throws Exception {
        eyeball.close();
        honest.close();
        sim.close();
    }

    @AfterEach
    void goesOnAsBefore() throws Exception {
        expectHonestServed();
        Waiting.until("the hostile connections are gone", () -> sim.openSockets() == openSockets);
        Waiting.until(
                "the tunnel has no connection", () -> sim.sessions("golden").isEmpty());
    }

    private static void expectHonestServed() throws Exception {
        eyeball.send(HONEST);
        assertThat(eyeball.readUntil("here")).startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void refusesWhatBreaksTheRules(Attack attack) throws Exception {
        try (H2Wire wire = H2Wire.registeringConnector(sim);
                RawClient waiting = new RawClient(sim.ports().http())) {
            sim.awaitServing("golden", 1, Duration.ofSeconds(10)).get(10, TimeUnit.SECONDS);
            waiting.send(HOSTILE);
            assertThat(wire.await(WireFrame.HEADERS).stream()).isEqualTo(3);

            wire.send(attack.frames());
            if (!attack.expected().startsWith("GOAWAY")) {
                wire.mark();
            }

            assertThat(wire.outcome()).isEqualTo(attack.expected());
            if (attack.expected().startsWith("GOAWAY")) {
                wire.awaitEnd();
            }
            if (!attack.expected().equals("ALIVE")) {
                assertThat(waiting.readUntil("</html>")).startsWith("HTTP/1.1 502 ");
            }
        }
    }

    static Stream<Attack> attacks() {
        return Stream.of(frames(), settings(), windows(), answers(), fieldSections(), floods())
                .flatMap(List::stream);
    }

    private static List<Attack> frames() {
        return List.of(
                attack("DATA on stream 0", "GOAWAY PROTOCOL_ERROR", WireFrame.data(0, false, "x")),
                attack("HEADERS on stream 0", "GOAWAY PROTOCOL_ERROR", ok(0)),
                attack("HEADERS on a stream that nobody opened", "GOAWAY PROTOCOL_ERROR", ok(5)),
                attack("HEADERS on a stream of its own", "GOAWAY PROTOCOL_ERROR", ok(2)),
                attack("DATA on a stream that nobody opened", "GOAWAY PROTOCOL_ERROR", WireFrame.data(5, false, "x")),
                attack("DATA on a stream of its own", "GOAWAY PROTOCOL_ERROR", WireFrame.data(2, false, "x")),
                attack("RST_STREAM on an idle stream", "GOAWAY PROTOCOL_ERROR", WireFrame.reset(5, Http2Error.CANCEL)),
                attack("WINDOW_UPDATE on an idle stream", "GOAWAY PROTOCOL_ERROR", WireFrame.windowUpdate(5, 1)),
                attack("CONTINUATION alone", "GOAWAY PROTOCOL_ERROR", raw(WireFrame.CONTINUATION, 4, 3, 1)),
                attack(
                        "PING inside of a field section",
                        "GOAWAY PROTOCOL_ERROR",
                        new WireFrame(WireFrame.HEADERS, 0, 3, WireFrame.fields(":status", "200")),
                        WireFrame.ping(1)),
                attack(
                        "PUSH_PROMISE",
                        "GOAWAY PROTOCOL_ERROR",
                        new WireFrame(
                                WireFrame.PUSH_PROMISE,
                                WireFrame.END_HEADERS,
                                3,
                                WireFrame.joined(WireFrame.number(2), WireFrame.fields(H2Wire.request("GET", "/"))))),
                attack("PING of 7 bytes", "GOAWAY FRAME_SIZE_ERROR", raw(WireFrame.PING, 0, 0, 7)),
                attack("a frame of 16,385 bytes", "GOAWAY FRAME_SIZE_ERROR", raw(WireFrame.DATA, 0, 3, 16_385)),
                attack(
                        "padding longer than its frame",
                        "GOAWAY PROTOCOL_ERROR",
                        new WireFrame(WireFrame.DATA, WireFrame.PADDED, 3, new byte[] {5, 1, 2})),
                attack("a frame of an unknown type", "ALIVE", raw(99, 255, 7, 10)));
    }

    private static List<Attack> settings() {
        return List.of(
                attack("SETTINGS on a stream", "GOAWAY PROTOCOL_ERROR", raw(WireFrame.SETTINGS, 0, 3, 0)),
                attack("SETTINGS of 5 bytes", "GOAWAY FRAME_SIZE_ERROR", raw(WireFrame.SETTINGS, 0, 0, 5)),
                attack("ENABLE_PUSH 1 by a server", "GOAWAY PROTOCOL_ERROR", WireFrame.setting(2, 1)),
                attack("INITIAL_WINDOW_SIZE 2^31", "GOAWAY FLOW_CONTROL_ERROR", WireFrame.setting(4, 1 << 31)),
                attack("MAX_FRAME_SIZE 100", "GOAWAY PROTOCOL_ERROR", WireFrame.setting(5, 100)));
    }

    private static List<Attack> windows() {
        return List.of(
                attack("WINDOW_UPDATE of 0", "GOAWAY PROTOCOL_ERROR", WireFrame.windowUpdate(0, 0)),
                attack("WINDOW_UPDATE of 0 for a stream", "RESET 3 PROTOCOL_ERROR", WireFrame.windowUpdate(3, 0)),
                attack(
                        "a connection window over 2^31-1",
                        "GOAWAY FLOW_CONTROL_ERROR",
                        WireFrame.windowUpdate(0, Integer.MAX_VALUE)),
                attack(
                        "a stream window over 2^31-1",
                        "RESET 3 FLOW_CONTROL_ERROR",
                        WireFrame.windowUpdate(3, Integer.MAX_VALUE)));
    }

    private static List<Attack> answers() {
        return List.of(
                attack("DATA before a head", "RESET 3 PROTOCOL_ERROR", WireFrame.data(3, false, "x")),
                attack("an empty answer without a head", "RESET 3 PROTOCOL_ERROR", WireFrame.data(3, true, "")),
                malformed("no :status", "x-a", "b"),
                malformed("a word as :status", ":status", "okay"),
                malformed("a number too small as :status", ":status", "099"),
                malformed("a number too long as :status", ":status", "2000"),
                malformed("101, which HTTP/2 has not", ":status", "101"),
                malformed(":status twice", ":status", "200", ":status", "200"),
                malformed("a request's pseudo field", ":status", "200", ":path", "/"),
                malformed("a name in upper case", ":status", "200", "X-A", "b"),
                malformed("connection", ":status", "200", "connection", "x"),
                attack(
                        "a 103 that ends the stream",
                        "RESET 3 PROTOCOL_ERROR",
                        WireFrame.head(3, true, ":status", "103")),
                attack(
                        "a 103 without end",
                        "RESET 3 ENHANCE_YOUR_CALM",
                        times(INFORMATIONAL + 1, WireFrame.head(3, false, ":status", "103"))));
    }

    private static Attack malformed(String name, String... fields) {
        return attack(name, "RESET 3 PROTOCOL_ERROR", WireFrame.head(3, false, fields));
    }

    private static List<Attack> fieldSections() {
        byte[] bomb = WireFrame.joined(
                WireFrame.fields(":status", "200"),
                WireFrame.indexed("x-a", "x".repeat(4_000)),
                WireFrame.repeated(4_000, (byte) 0xbe));
        WireFrame begin = new WireFrame(WireFrame.HEADERS, 0, 3, WireFrame.fields(":status", "200"));
        return List.of(
                attack(
                        "an index that is not in the table",
                        "GOAWAY COMPRESSION_ERROR",
                        new WireFrame(WireFrame.HEADERS, WireFrame.END_HEADERS, 3, new byte[] {(byte) 0xff, 0x7f})),
                attack(
                        "an HPACK bomb",
                        "RESET 3 PROTOCOL_ERROR",
                        new WireFrame(WireFrame.HEADERS, WireFrame.END_HEADERS, 3, bomb)),
                attack(
                        "6 MiB of fields",
                        "GOAWAY PROTOCOL_ERROR",
                        Stream.concat(
                                        Stream.of(begin),
                                        Arrays.stream(times(384, raw(WireFrame.CONTINUATION, 0, 3, 16_384))))
                                .toArray(WireFrame[]::new)),
                attack(
                        "small CONTINUATION without end",
                        "GOAWAY ENHANCE_YOUR_CALM",
                        Stream.concat(Stream.of(begin), Arrays.stream(times(20, raw(WireFrame.CONTINUATION, 0, 3, 0))))
                                .toArray(WireFrame[]::new)));
    }

    private static List<Attack> floods() {
        return List.of(
                flood("PING", WireFrame.ping(1)),
                flood("SETTINGS", WireFrame.setting(4, 65_535)),
                flood("GOAWAY", new WireFrame(WireFrame.GOAWAY, 0, 0, new byte[] {127, -1, -1, -1, 0, 0, 0, 0})),
                flood("frames of an unknown type", raw(99, 0, 0, 0)),
                flood("PRIORITY", raw(WireFrame.PRIORITY, 0, 3, 5)),
                attack(
                        "a flood of resets",
                        "GOAWAY ENHANCE_YOUR_CALM",
                        times(STRAY_RESETS + 2, WireFrame.reset(3, Http2Error.CANCEL))));
    }

    private static Attack flood(String what, WireFrame frame) {
        // The SETTINGS of the preface count too.
        return attack("a flood of " + what, "GOAWAY ENHANCE_YOUR_CALM", times(IDLE_FRAMES, frame));
    }

    private static WireFrame[] times(int count, WireFrame frame) {
        return Stream.generate(() -> frame).limit(count).toArray(WireFrame[]::new);
    }

    private static WireFrame ok(int stream) {
        return WireFrame.head(stream, false, ":status", "200");
    }

    private static WireFrame raw(int type, int flags, int stream, int length) {
        return new WireFrame(type, flags, stream, new byte[length]);
    }

    private static Attack attack(String name, String expected, WireFrame... frames) {
        return new Attack(name, expected, List.of(frames));
    }

    @Test
    void refusesMoreDataThanTheStreamsWindow() throws Exception {
        try (H2Wire wire = H2Wire.registeringConnector(sim);
                H2Wire stalled = H2Wire.eyeball(sim)) {
            sim.awaitServing("golden", 1, Duration.ofSeconds(10)).get(10, TimeUnit.SECONDS);
            stalled.get(1, "/");
            wire.await(WireFrame.HEADERS);

            // The eyeball gives no credit: 64 KiB go on, what a stream may have queued, the window fills, and no more.
            wire.send(origin(false));
            wire.send(times(2 * (1 << 20) / 16_384, raw(WireFrame.DATA, 0, 3, 16_384)));

            assertThat(wire.outcome()).isEqualTo("RESET 3 FLOW_CONTROL_ERROR");
        }
    }

    private static WireFrame origin(boolean last) {
        return WireFrame.head(
                3,
                last,
                ":status",
                "200",
                "cf-cloudflared-response-headers",
                "",
                "cf-cloudflared-response-meta",
                "{\"src\":\"origin\"}");
    }

    @Test
    void refusesDataBehindTheEnd() throws Exception {
        try (H2Wire wire = H2Wire.registeringConnector(sim);
                RawClient other = new RawClient(sim.ports().http())) {
            sim.awaitServing("golden", 1, Duration.ofSeconds(10)).get(10, TimeUnit.SECONDS);
            other.send(HOSTILE);
            wire.await(WireFrame.HEADERS);

            wire.send(origin(true), WireFrame.data(3, false, "x"));
            wire.mark();

            assertThat(wire.outcome()).isEqualTo("RESET 3 STREAM_CLOSED");
            assertThat(other.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void refusesWhatIsNotHttp2() throws Exception {
        for (String first : List.of("HTTP/1.1 400 Bad Request\r\n\r\n", "\0".repeat(100), "PRI * HTTP/2.0\r\n\r\n")) {
            try (H2Wire wire = H2Wire.silentConnector(sim)) {
                wire.await(WireFrame.SETTINGS, 24);
                wire.sendBytes(first.getBytes(StandardCharsets.US_ASCII));

                assertThat(wire.outcome()).as(first).matches("GOAWAY (PROTOCOL|FRAME_SIZE)_ERROR");
                wire.awaitEnd();
            }
        }
    }

    @Test
    void endsTheControlStreamThatCarriesGarbage() throws Exception {
        for (byte[] garbage : List.of(
                WireFrame.repeated(64, (byte) 0xff),
                // One segment of 2^31 words.
                new byte[] {0, 0, 0, 0, 0, 0, 0, (byte) 0x80},
                // One empty segment: a message without a root.
                new byte[8],
                // One word: a root pointer that leads nowhere.
                new byte[] {0, 0, 0, 0, 1, 0, 0, 0, (byte) 0xfc, 0x7f, 0, 0, 1, 0, 1, 0})) {
            try (H2Wire wire = H2Wire.connector(sim)) {
                wire.send(ok(1), new WireFrame(WireFrame.DATA, 0, 1, garbage));

                WireFrame answer = wire.await(WireFrame.DATA);
                assertThat(answer.stream()).isEqualTo(1);
                wire.awaitEnd();
            }
        }
    }

    @Test
    void endsTheControlStreamThatAsksWithoutEnd() throws Exception {
        byte[] bootstrap = Transcript.rpc().fromConnector(0);
        try (H2Wire wire = H2Wire.connector(sim)) {
            wire.send(ok(1));
            for (int i = 0; i <= QUESTIONS; i++) {
                byte[] question = bootstrap.clone();
                question[QUESTION_AT] = (byte) i;
                question[QUESTION_AT + 1] = 1;
                wire.send(new WireFrame(WireFrame.DATA, 0, 1, question));
            }

            wire.awaitEnd();
        }
    }

    @Test
    void resetsTheControlStreamWhoseAnswersAreNotRead() throws Exception {
        byte[] unknown = Transcript.rpc().fromConnector(0);
        // Another kind of message, which is answered with itself.
        unknown[KIND_AT] = 99;
        try (H2Wire wire = H2Wire.silentConnector(sim)) {
            wire.send(WireFrame.setting(4, 0), ok(1));
            for (int i = 0; i < 300; i++) {
                wire.send(new WireFrame(WireFrame.DATA, 0, 1, unknown));
            }
            wire.await(WireFrame.SETTINGS, 24);

            assertThat(wire.outcome()).isEqualTo("RESET 1 ENHANCE_YOUR_CALM");
            wire.awaitEnd();
        }
    }

    @Test
    void letsGoOfThoseWhoNeverRegister() throws Exception {
        try (H2Wire silent = H2Wire.silentConnector(sim);
                H2Wire mute = H2Wire.connector(sim);
                H2Wire half = H2Wire.connector(sim);
                RawClient dumb = new RawClient(sim.ports().tunnel())) {
            byte[] call = Transcript.rpc().fromConnector(1);
            half.send(
                    ok(1),
                    new WireFrame(WireFrame.DATA, 0, 1, Transcript.rpc().fromConnector(0)),
                    new WireFrame(WireFrame.DATA, 0, 1, Arrays.copyOf(call, call.length / 2)));

            // Ten seconds for a registration, fifteen for TLS.
            silent.awaitEnd();
            mute.awaitEnd();
            half.awaitEnd();
            assertThat(dumb.isClosedBySim()).isTrue();
        }
    }

    /**
     * One thing that is wrong.
     *
     * @param name what it is
     * @param expected what {@link H2Wire#outcome} shall be
     * @param frames what is sent when a request waits on stream 3
     */
    private record Attack(String name, String expected, List<WireFrame> frames) {
        @Override
        public String toString() {
            return name;
        }
    }
}
