package dev.adit.proxy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.h2.Http2Limits;
import dev.adit.proxy.route.FlowLimits;
import dev.adit.proxy.route.IpRules;
import dev.adit.proxy.route.Route;
import dev.adit.proxy.route.RouteTable;
import dev.adit.proxy.route.Target;
import dev.adit.proxy.testing.EngineHarness;
import dev.adit.proxy.testing.H2Client;
import dev.adit.proxy.testing.H2Stream;
import dev.adit.proxy.testing.HarnessParts;
import dev.adit.proxy.testing.OriginOptionsBuilder;
import dev.adit.proxy.testing.RawOrigin;
import dev.adit.proxy.testing.RawPeer;
import dev.adit.proxy.testing.Signal;
import dev.adit.proxy.testing.Waiting;
import dev.adit.proxy.testing.WsFrames;
import dev.adit.proxy.testing.WsFrames.Frame;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes to TCP services, which an eyeball sends in WebSocket messages. */
final class StreamServiceTest {
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    @Test
    void passesTheBytesOfMessagesBothWays() {
        run(
                peer -> {
                    assertThat(peer.read(5)).isEqualTo("early");
                    peer.write("SSH-2.0-x\r\n");
                    assertThat(peer.read(4)).isEqualTo("late");
                    peer.write("bye");
                },
                (stream, socket) -> {
                    socket.send("early");

                    H2Stream.Event.Headers head = stream.head();
                    assertThat(head.status()).isEqualTo("200");
                    assertThat(head.list().get("sec-websocket-accept")).hasToString("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
                    assertThat(socket.bytes(11)).isEqualTo("SSH-2.0-x\r\n");
                    socket.send("la").send("te");
                    assertThat(socket.bytes(3)).isEqualTo("bye");
                    assertThat(socket.closeCode()).isEqualTo(1000);
                });
    }

    /** cloudflared loses all but the first 16,384 bytes of a message. */
    @Test
    void passesMessagesOfAnySizeWhole() {
        String large = noise(5_000_003);
        run(
                peer -> {
                    assertThat(peer.read(large.length()).equals(large)).isTrue();
                    peer.write(large);
                },
                (stream, socket) -> {
                    socket.send(large);
                    stream.head();
                    assertThat(socket.bytes(large.length()).equals(large)).isTrue();
                    assertThat(socket.closeCode()).isEqualTo(1000);
                });
    }

    @Test
    void takesFramesInAnyPieces() {
        String text = noise(300);
        run(peer -> assertThat(peer.read(300)).isEqualTo(text), (stream, socket) -> {
            stream.head();
            for (byte one : WsFrames.frame(0x82, text)) {
                socket.raw(new byte[] {one});
            }
            assertThat(socket.closeCode()).isEqualTo(1000);
        });
    }

    @Test
    void joinsFragmentsAndAnswersPingsBetweenThem() {
        run(peer -> assertThat(peer.read(6)).isEqualTo("abcdef"), (stream, socket) -> {
            stream.head();
            socket.send(0x02, "ab").send(0x89, "are you there").send(0x00, "cd");
            assertThat(socket.next()).isEqualTo(new Frame(0x8a, "are you there"));
            socket.send(0x8a, "unasked").send(0x81, "a text").send(0x80, "ef");
        });
    }

    @Test
    void dropsTextMessagesAndPongs() {
        run(
                peer -> {
                    assertThat(peer.read(4)).isEqualTo("abcd");
                    peer.write("x");
                },
                (stream, socket) -> {
                    stream.head();
                    socket.send("ab")
                            .send(0x81, "text")
                            .send(0x8a, "pong")
                            .send("")
                            .send("cd");
                    assertThat(socket.bytes(1)).isEqualTo("x");
                });
    }

    @Test
    void takesACloseFrameForTheEndOfTheBytesAndSendsTheRestBeforeItAnswers() {
        run(
                peer -> {
                    assertThat(peer.readToEnd()).isEqualTo("last words");
                    peer.write("the answer");
                },
                (stream, socket) -> {
                    stream.head();
                    socket.send("last words").send(0x88, "\u000f\u00a0going");
                    assertThat(socket.bytes(10)).isEqualTo("the answer");
                    assertThat(socket.closeCode()).isEqualTo(4000);
                });
    }

    @Test
    void passesOnWhatComesAfterTheOriginHasEnded() {
        Signal all = new Signal();
        run(
                peer -> {
                    peer.endOutput();
                    assertThat(peer.readToEnd()).isEqualTo("still");
                    all.give();
                },
                (stream, socket) -> {
                    stream.head();
                    assertThat(socket.closeCode()).isEqualTo(1000);
                    socket.send("still").send(0x88, "");
                    all.await();
                });
    }

    @Test
    void endsAHalfOpenStreamOnWhichNothingMoves() {
        run(RawPeer::readToEnd, (stream, socket) -> {
            stream.head();
            socket.send(0x88, "\u0003\u00e8");
            // The origin's script ends, and so closes, only after it has seen the end.
            assertThat(socket.closeCode()).isEqualTo(1000);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "unmasked, 8201 61",
        "extension, c2 81 00000000 61",
        "opcode, 83 81 00000000 61",
        "fragmented ping, 09 80 00000000",
        "long ping, 89 fe 007e 00000000",
        "continuation of nothing, 80 80 00000000",
        "length, 82 ff 8000000000000000 00000000",
        "close without code, 88 81 00000000 03",
        "reserved close code, 88 82 00000000 03ed"
    })
    void closesWith1002IfTheRulesAreBroken(String what, String hex) {
        Signal closed = new Signal();
        run(
                peer -> {
                    peer.readToEnd();
                    closed.give();
                },
                (stream, socket) -> {
                    stream.head();
                    socket.raw(java.util.HexFormat.of().parseHex(hex.replace(" ", "")));
                    assertThat(socket.closeCode()).as(what).isEqualTo(1002);
                    closed.await();
                });
    }

    @Test
    void saysWithACloseFrameThatTheOriginFailed() {
        Signal open = new Signal();
        run(
                peer -> {
                    open.await();
                    peer.reset();
                },
                (stream, socket) -> {
                    stream.head();
                    open.give();
                    assertThat(socket.closeCode()).isEqualTo(1011);
                });
    }

    @Test
    void closesTheOriginIfTheEyeballGoes() {
        Signal closed = new Signal();
        run(
                peer -> {
                    peer.readToEnd();
                    closed.give();
                },
                (stream, socket) -> {
                    stream.head();
                    stream.reset(8);
                    closed.await();
                });
    }

    @Test
    void holdsLittleIfTheOriginReadsNothing() {
        Signal done = new Signal();
        try (RawOrigin origin = new RawOrigin(peer -> done.await());
                EngineHarness engine = new EngineHarness(tcp(origin.port()));
                H2Client client = engine.client()) {
            H2Stream stream = open(client, "WEBSOCKET", "sec-websocket-key", KEY);
            stream.head();
            stream.send(WsFrames.frame(0x82, noise(20_000_000)), false);
            Waiting.until("the window is used up", () -> engine.heldBytes() > 500_000);

            assertThat(engine.heldBytes()).isLessThanOrEqualTo(1 << 20);
            stream.reset(8);
            done.give();
            engine.awaitNoStreams();
            Waiting.until("the origin's script has ended", () -> origin.open() == 0);
        }
    }

    @Test
    void holdsLittleIfTheEyeballReadsNothing() {
        Signal done = new Signal();
        try (RawOrigin origin = new RawOrigin(peer -> {
                    byte[] block = new byte[1 << 16];
                    for (int i = 0; i < 400; i++) {
                        peer.write(block);
                    }
                    done.give();
                });
                EngineHarness engine = new EngineHarness(tcp(origin.port()));
                H2Client client = engine.client()) {
            H2Stream stream =
                    open(client, "WEBSOCKET", "sec-websocket-key", KEY).stall();
            stream.head();
            Waiting.until("something came", () -> stream.received() > 50_000);
            engine.onLoop(() -> "turn");

            assertThat(engine.passedOn()).isLessThan(1_000_000);
            stream.resume();
            WsFrames socket = new WsFrames(stream);
            assertThat(socket.bytes(400 << 16)).hasSize(400 << 16);
            done.await();
        }
    }

    @Test
    void pingsAnEyeballThatIsIdle() {
        try (RawOrigin origin = new RawOrigin(RawPeer::readToEnd);
                EngineHarness engine =
                        harness(tcp(origin.port()), new HarnessParts().withPings(Duration.ofMillis(50)));
                H2Client client = engine.client()) {
            H2Stream stream = open(client, "WEBSOCKET", "sec-websocket-key", KEY);
            stream.head();

            WsFrames socket = new WsFrames(stream);
            assertThat(socket.next()).isEqualTo(new Frame(0x89, ""));
            assertThat(socket.next()).isEqualTo(new Frame(0x89, ""));
        }
    }

    @Test
    void refusesARequestThatIsNoWebSocket() {
        try (RawOrigin origin = new RawOrigin(RawPeer::readToEnd);
                EngineHarness engine = new EngineHarness(tcp(origin.port()));
                H2Client client = engine.client()) {
            assertThat(client.request("GET", "/").response().status()).isEqualTo("426");
            assertThat(origin.accepted()).isZero();
        }
    }

    @Test
    void answers502IfTheConnectionIsRefused() throws IOException {
        try (EngineHarness engine = new EngineHarness(tcp(refusedPort()));
                H2Client client = engine.client()) {
            H2Stream stream = open(client, "WEBSOCKET", "sec-websocket-key", KEY);

            assertThat(stream.response().status()).isEqualTo("502");
            engine.awaitNoStreams();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:%d", "tcp://127.0.0.1:%d/x", "ssh://127.0.0.1:%d", "127.0.0.1:%d/x:1"})
    void goesWhereTheRequestOfAJumpHostSays(String destination) {
        try (RawOrigin origin = new RawOrigin(peer -> peer.write("hello"));
                EngineHarness engine = new EngineHarness(new Target.Bastion(null));
                H2Client client = engine.client()) {
            H2Stream stream = open(
                    client,
                    "WEBSOCKET",
                    "sec-websocket-key",
                    KEY,
                    "cf-access-jump-destination",
                    destination.formatted(origin.port()));
            stream.head();

            assertThat(new WsFrames(stream).bytes(5)).isEqualTo("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "127.0.0.1", "127.0.0.1:0", ":22", "tcp://", "a:b:22"})
    void answers502ToAJumpHostWithoutDestination(String destination) {
        try (EngineHarness engine = new EngineHarness(new Target.Bastion(null));
                H2Client client = engine.client()) {
            H2Stream stream = open(client, "WEBSOCKET", "cf-access-jump-destination", destination);

            assertThat(stream.response().status()).isEqualTo("502");
            assertThat(open(client, "WEBSOCKET").response().status()).isEqualTo("502");
        }
    }

    @Test
    void keepsAJumpHostToItsRules() {
        IpRules rules = new IpRules(List.of(IpRules.Rule.of("10.0.0.0/8", Set.of(), true)));
        try (RawOrigin origin = new RawOrigin(RawPeer::readToEnd);
                EngineHarness engine = new EngineHarness(new Target.Bastion(rules));
                H2Client client = engine.client()) {
            H2Stream stream = open(client, "WEBSOCKET", "cf-access-jump-destination", "origin.test:" + origin.port());

            assertThat(stream.response().status()).isEqualTo("403");
            assertThat(origin.accepted()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 7f000001", "3, 0b6f726967696e2e74657374", "4, 00000000000000000000ffff7f000001"})
    void speaksSocksForARuleThatAllowsTheDestination(int type, String address) {
        IpRules rules = new IpRules(List.of(IpRules.Rule.of("127.0.0.0/8", Set.of(), true)));
        try (RawOrigin origin = new RawOrigin(peer -> {
                    assertThat(peer.read(5)).isEqualTo("early");
                    peer.write("hello");
                });
                EngineHarness engine = new EngineHarness(new Target.SocksProxy(rules));
                H2Client client = engine.client()) {
            WsFrames socket = socks(client);
            socket.send("\5\1\0");
            assertThat(socket.bytes(2)).isEqualTo("\5\0");
            socket.send(socksRequest(1, type, address, origin.port()) + "early");

            assertThat(socket.bytes(10)).isEqualTo("\5\0\0\1\0\0\0\0\0\0");
            assertThat(socket.bytes(5)).isEqualTo("hello");
            assertThat(socket.closeCode()).isEqualTo(1000);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2, 1, 7f000001, 80, 7",
        "3, 1, 7f000001, 80, 7",
        "1, 9, 7f000001, 80, 8",
        "1, 1, 7f000001, 81, 2",
        "1, 1, 7f000002, 80, 2",
        "1, 3, 0c6e6f77686572652e74657374, 80, 4",
        "1, 1, 7f000001, 80, 5",
        "1, 3, 00, 80, 1"
    })
    void refusesWithTheCodeOfSocks(int command, int type, String address, int port, int code) throws IOException {
        int refused = refusedPort();
        IpRules rules = new IpRules(List.of(IpRules.Rule.of("127.0.0.1/32", Set.of(refused), true)));
        try (EngineHarness engine = new EngineHarness(new Target.SocksProxy(rules));
                H2Client client = engine.client()) {
            WsFrames socket = socks(client);
            socket.send("\5\2\2\0" + socksRequest(command, type, address, port == 80 ? refused : 1));

            assertThat(socket.bytes(2)).isEqualTo("\5\0");
            assertThat(socket.bytes(10).charAt(1)).isEqualTo((char) code);
            assertThat(socket.closeCode()).isEqualTo(1000);
            engine.awaitNoStreams();
        }
    }

    @Test
    void wantsNoAuthenticationFromASocksClient() {
        try (EngineHarness engine = new EngineHarness(new Target.SocksProxy(new IpRules(List.of())));
                H2Client client = engine.client()) {
            WsFrames socket = socks(client).send("\5\1\2");

            assertThat(socket.bytes(2)).isEqualTo("\5\u00ff");
            assertThat(socket.closeCode()).isEqualTo(1000);
        }
    }

    @Test
    void reachesTheRulesServiceWhateverASocksClientAsksFor() {
        try (RawOrigin origin = new RawOrigin(peer -> peer.write("hello"));
                EngineHarness engine = new EngineHarness(new Target.TcpService("127.0.0.1", origin.port(), true));
                H2Client client = engine.client()) {
            WsFrames socket = socks(client).send("\5\1\0").send(socksRequest(1, 1, "0a000001", 9));

            assertThat(socket.bytes(2)).isEqualTo("\5\0");
            assertThat(socket.bytes(10)).isEqualTo("\5\0\0\1\0\0\0\0\0\0");
            assertThat(socket.bytes(5)).isEqualTo("hello");
        }
    }

    @Test
    void refusesMoreFlowsThanThereMayBe() {
        FlowLimits limits = new FlowLimits(Duration.ofSeconds(5), 1, Duration.ofSeconds(30));
        try (RawOrigin origin = new RawOrigin(RawPeer::readToEnd);
                EngineHarness engine = harness(tcp(1), new HarnessParts().withFlowLimits(limits));
                H2Client client = engine.client()) {
            H2Stream first = flow(client, origin.port());
            first.head();

            assertThat(flow(client, origin.port()).response().status()).isEqualTo("502");
            first.end().readToEnd();
            Waiting.until("the first one is over", () -> engine.activeStreams() == 0);
            assertThat(flow(client, origin.port()).head().status()).isEqualTo("200");
        }
    }

    @Test
    void reachesOnlyWhatTheRulesOfFlowsAllow() {
        try (RawOrigin origin = new RawOrigin(RawPeer::readToEnd);
                RawOrigin other = new RawOrigin(RawPeer::readToEnd);
                EngineHarness engine = harness(tcp(1), new HarnessParts().withFlowLimits(onlyPort(origin.port())));
                H2Client client = engine.client()) {
            assertThat(flow(client, origin.port()).head().status()).isEqualTo("200");
            assertThat(flow(client, other.port()).response().status()).isEqualTo("403");
        }
    }

    private static FlowLimits onlyPort(int port) {
        IpRules rules = new IpRules(List.of(IpRules.Rule.of("127.0.0.0/8", Set.of(port), true)));
        return new FlowLimits(Duration.ofSeconds(5), 0, Duration.ofSeconds(30), rules);
    }

    private interface Eyeball {
        void talk(H2Stream stream, WsFrames socket);
    }

    private static void run(RawOrigin.Script script, Eyeball eyeball) {
        try (RawOrigin origin = new RawOrigin(script);
                EngineHarness engine = new EngineHarness(tcp(origin.port()));
                H2Client client = engine.client()) {
            H2Stream stream = open(client, "WEBSOCKET", "sec-websocket-key", KEY);
            eyeball.talk(stream, new WsFrames(stream));
        }
    }

    private static Target tcp(int port) {
        return new Target.TcpService("127.0.0.1", port, false);
    }

    private static EngineHarness harness(Target target, HarnessParts parts) {
        return new EngineHarness(
                Http2Limits.TUNNEL,
                RouteTable.of(List.of(new Route(0, null, null, target, new OriginOptionsBuilder().build()))),
                parts);
    }

    private static H2Stream open(H2Client client, String kind, String... fields) {
        String[] all = new String[fields.length + 2];
        all[0] = "x-test-kind";
        all[1] = kind;
        System.arraycopy(fields, 0, all, 2, fields.length);
        return client.send(H2Client.headers("GET", "/", all), false);
    }

    private static H2Stream flow(H2Client client, int port) {
        return client.send(H2Client.headers("GET", "/", "x-test-kind", "TCP").authority("127.0.0.1:" + port), false);
    }

    private static WsFrames socks(H2Client client) {
        H2Stream stream = open(client, "WEBSOCKET", "sec-websocket-key", KEY);
        stream.head();
        return new WsFrames(stream);
    }

    private static String socksRequest(int command, int type, String hex, int port) {
        String address = new String(java.util.HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
        return "\5" + (char) command + "\0" + (char) type + address + (char) (port >> 8) + (char) (port & 0xff);
    }

    private static int refusedPort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static String noise(int length) {
        StringBuilder text = new StringBuilder(length);
        int state = 7;
        for (int i = 0; i < length; i++) {
            state = state * 1_103_515_245 + 12_345;
            text.append((char) (state >>> 16 & 0xff));
        }
        return text.toString();
    }
}
