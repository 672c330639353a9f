package dev.adit.proxy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.testing.H2Client;
import dev.adit.proxy.testing.H2Stream;
import dev.adit.proxy.testing.Line;
import dev.adit.proxy.testing.RawOrigin;
import dev.adit.proxy.testing.RawPeer;
import dev.adit.proxy.testing.Signal;
import dev.adit.proxy.testing.Waiting;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSocket handshakes with an origin, and the bytes after them. */
final class WebSocketTest {
    private static final String SWITCH = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    @Test
    void asksForTheUpgrade() {
        try (Line line = new Line(peer -> {
            assertThat(peer.readHead())
                    .isEqualTo("GET /ws HTTP/1.1\r\nHost: example.test\r\nSec-Websocket-Key: k\r\n"
                            + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n");
            peer.write(SWITCH);
            peer.readToEnd();
        })) {
            H2Stream stream = line.client()
                    .open(
                            "GET",
                            "/ws",
                            "x-test-kind",
                            "WEBSOCKET",
                            "sec-websocket-version",
                            "8",
                            "sec-websocket-key",
                            "k");

            H2Stream.Event.Headers head = stream.head();
            assertThat(head.status()).isEqualTo("200");
            assertThat(head.end()).isFalse();
            assertThat(String.valueOf(head.list().get("sec-websocket-accept")))
                    .isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        }
    }

    @Test
    void passesBytesBothWays() {
        try (Line line = new Line(WebSocketTest::echo)) {
            H2Stream stream = open(line.client());
            stream.head();

            for (String bytes : new String[] {"a", "\u0000\u0081\u00ff", "HTTP/1.1 200 OK\r\n\r\n"}) {
                assertThat(stream.send(bytes).read(bytes.length())).isEqualTo(bytes);
            }
            assertThat(stream.end().readToEnd()).isEmpty();
            line.engine().awaitNoStreams();
        }
    }

    @Test
    void passesBytesOnThatCameWithTheHead() {
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.write(SWITCH + "glued");
            peer.readToEnd();
        })) {
            H2Stream stream = open(line.client());
            stream.head();

            assertThat(stream.read(5)).isEqualTo("glued");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Content-Length: 4\r\n", "Transfer-Encoding: chunked\r\n"})
    void readsBytesAfter101RawWhateverItsFieldsSay(String field) {
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 101 Switching Protocols\r\n" + field
                    + "Connection: Upgrade\r\nUpgrade: WebSocket\r\n\r\nglued bytes");
            peer.write(" and more");
            peer.readToEnd();
        })) {
            H2Stream stream = open(line.client());
            stream.head();

            assertThat(stream.read(20)).isEqualTo("glued bytes and more");
        }
    }

    @Test
    void holdsBytesOfTheEyeballUntilTheOriginHasAgreed() {
        Signal sent = new Signal();
        try (Line line = new Line(peer -> {
            peer.readHead();
            sent.await();
            assertThat(peer.socket().getInputStream().available()).isZero();
            peer.write(SWITCH);
            echo(peer.read(5), peer);
        })) {
            H2Stream stream = open(line.client()).send("early");
            Waiting.until("early bytes held", () -> line.engine().heldBytes() == 5);
            sent.give();

            stream.head();
            assertThat(stream.read(5)).isEqualTo("early");
            assertThat(line.engine().heldBytes()).isZero();
        }
    }

    @Test
    void passesARefusalOnAndDropsWhatTheEyeballSentAhead() {
        try (Line line = new Line(peer -> {
            for (int i = 0; i < 2; i++) {
                assertThat(peer.readHead()).startsWith("GET /");
                peer.write("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\n\r\nno");
            }
        })) {
            for (int i = 0; i < 2; i++) {
                H2Stream stream = open(line.client()).send("GET /admin HTTP/1.1\r\nHost: a\r\n\r\n");

                H2Stream.Response response = stream.response();
                assertThat(response.status()).isEqualTo("426");
                assertThat(response.body()).isEqualTo("no");
                assertThat(stream.awaitReset()).isZero();
                line.engine().awaitNoStreams();
            }
            assertThat(line.origin().accepted()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Upgrade: h2c\r\nConnection: Upgrade\r\n", "Upgrade: TLS/1.0\r\n"})
    void answers502IfTheOriginSwitchesToSomethingElse(String fields) {
        Signal closed = new Signal();
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 101 Switching Protocols\r\n" + fields + "\r\nglued");
            peer.readToEnd();
            closed.give();
        })) {
            H2Stream stream = open(line.client());

            assertThat(stream.response().status()).isEqualTo("502");
            assertThat(stream.awaitReset()).isZero();
            closed.await();
        }
    }

    @Test
    void letsTheOriginGoOnAfterTheEyeballHasEnded() {
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.write(SWITCH);
            assertThat(peer.readToEnd()).isEqualTo("question");
            peer.write("answer");
        })) {
            H2Stream stream = open(line.client());
            stream.head();

            assertThat(stream.send("question").end().readToEnd()).isEqualTo("answer");
            line.engine().awaitNoStreams();
        }
    }

    @Test
    void letsAnOriginAnswerAnEyeballThatNeverSends() {
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.write(SWITCH);
            assertThat(peer.readToEnd()).isEmpty();
            peer.write("answer");
        })) {
            H2Stream stream = line.client().request("GET", "/ws", "x-test-kind", "WEBSOCKET");
            stream.head();

            assertThat(stream.readToEnd()).isEqualTo("answer");
            line.engine().awaitNoStreams();
        }
    }

    @Test
    void letsTheEyeballGoOnAfterTheOriginHasEnded() {
        Signal all = new Signal();
        String large = "x".repeat(3_000_000);
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.write(SWITCH + "bye");
            peer.endOutput();
            assertThat(peer.readToEnd()).isEqualTo(large);
            all.give();
        })) {
            H2Stream stream = open(line.client());
            stream.head();
            assertThat(stream.readToEnd()).isEqualTo("bye");

            stream.send(large).end();
            all.await();
            line.engine().awaitNoStreams();
        }
    }

    @Test
    void losesNothingThatWaitedForTheOriginWhenBothHaveEnded() {
        Signal mayRead = new Signal();
        AtomicLong got = new AtomicLong();
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.write(SWITCH);
            peer.endOutput();
            mayRead.await();
            got.set(peer.readToEnd().length());
        })) {
            H2Stream stream = open(line.client());
            stream.head();
            assertThat(stream.readToEnd()).isEmpty();
            long sent = 0;
            for (; line.engine().heldBytes() < 300_000; sent += 100_000) {
                // No more at a time than the window has room for: the end would wait behind it, for the origin to read.
                stream.sendAll(new byte[100_000]);
            }

            stream.end();
            line.engine().awaitNoStreams();
            mayRead.give();
            long all = sent;
            Waiting.until("all of " + all, () -> got.get() == all);
        }
    }

    @Test
    void endsAnIdleStreamWhoseEyeballHasEnded() {
        Signal ended = new Signal();
        try (Line line = Line.withShortIdle(new RawOrigin(peer -> {
            peer.readHead();
            peer.write(SWITCH);
            assertThat(peer.readToEnd()).isEmpty();
            ended.await();
        }))) {
            H2Stream stream = open(line.client());
            stream.head();

            stream.end();
            assertThat(stream.next()).isEqualTo(new H2Stream.Event.Reset(2));
            line.engine().awaitNoStreams();
            ended.give();
        }
    }

    @Test
    void endsAnIdleStreamWhoseOriginHasEnded() {
        try (Line line = Line.withShortIdle(new RawOrigin(peer -> {
            peer.readHead();
            peer.write(SWITCH);
            peer.endOutput();
            peer.readToEnd();
        }))) {
            H2Stream stream = open(line.client());
            stream.head();

            assertThat(stream.readToEnd()).isEmpty();
            assertThat(stream.next()).isEqualTo(new H2Stream.Event.Reset(0));
            line.engine().awaitNoStreams();
            Waiting.until("origin connection closed", () -> line.origin().open() == 0);
        }
    }

    @Test
    void endsAtOnceIfTheOriginIsGoneAndTheEyeballStillSends() {
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.write(SWITCH);
        })) {
            H2Stream stream = open(line.client());
            stream.head();
            assertThat(stream.readToEnd()).isEmpty();

            Waiting.until("stream ended", () -> {
                stream.send("ping");
                return !stream.isQuiet();
            });
            assertThat(stream.next()).isEqualTo(new H2Stream.Event.Reset(0));
            line.engine().awaitNoStreams();
        }
    }

    @Test
    void resetsIfTheOriginResets() {
        Signal open = new Signal();
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.write(SWITCH);
            open.await();
            peer.reset();
        })) {
            H2Stream stream = open(line.client());
            stream.head();

            open.give();
            assertThat(stream.next()).isEqualTo(new H2Stream.Event.Reset(2));
            line.engine().awaitNoStreams();
        }
    }

    @Test
    void closesTheOriginIfTheEyeballResets() {
        Signal closed = new Signal();
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.write(SWITCH);
            peer.readToEnd();
            closed.give();
        })) {
            H2Stream stream = open(line.client());
            stream.head();

            stream.reset(8);
            closed.await();
            line.engine().awaitNoStreams();
        }
    }

    private static H2Stream open(H2Client client) {
        return client.open("GET", "/ws", "x-test-kind", "WEBSOCKET", "sec-websocket-key", "k");
    }

    private static void echo(RawPeer peer) throws IOException {
        peer.readHead();
        peer.write(SWITCH);
        echo("", peer);
    }

    private static void echo(String first, RawPeer peer) throws IOException {
        peer.write(first);
        byte[] buffer = new byte[1000];
        for (int n = peer.socket().getInputStream().read(buffer);
                n > 0;
                n = peer.socket().getInputStream().read(buffer)) {
            peer.socket().getOutputStream().write(buffer, 0, n);
        }
    }
}
