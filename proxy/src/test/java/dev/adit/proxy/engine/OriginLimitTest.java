package dev.adit.proxy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.route.OriginOptions;
import dev.adit.proxy.testing.H2Stream;
import dev.adit.proxy.testing.Line;
import dev.adit.proxy.testing.OriginOptionsBuilder;
import dev.adit.proxy.testing.RawOrigin;
import dev.adit.proxy.testing.RawPeer;
import dev.adit.proxy.testing.Signal;
import dev.adit.proxy.testing.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** An origin that takes few connections: who waits, for how long, and who is sent away. */
final class OriginLimitTest {
    private static final Duration SILENCE = Duration.ofMillis(300);
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    private static final String LAST = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private final Signal mayAnswer = new Signal();

    @Test
    void answers502IfTheFieldsOfAResponseAreLongerThanTheRuleAllows() {
        RawOrigin.Script large = peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\nX-Large: " + "x".repeat(3000) + "\r\nContent-Length: 0\r\n\r\n");
        };
        try (Line narrow = new Line(
                        large,
                        new OriginOptionsBuilder().maxResponseHeaderBytes(2048).build());
                Line usual = new Line(large)) {
            assertThat(narrow.client().request("GET", "/").response().status()).isEqualTo("502");
            assertThat(usual.client().request("GET", "/").response().status()).isEqualTo("200");
        }
    }

    @Test
    void letsRequestsWaitForAConnection() {
        try (Line line = new Line(answering(OK), atMost(2).build())) {
            List<H2Stream> streams = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                streams.add(line.client().request("GET", "/" + i));
            }
            Waiting.until("two are asked", () -> asked.size() == 2);
            Waiting.until("three wait", () -> line.engine().waiting() == 3);
            mayAnswer.give();

            for (H2Stream stream : streams) {
                assertThat(stream.response().status()).isEqualTo("200");
            }
            assertThat(line.engine().waiting()).isZero();
            assertThat(line.origin().accepted()).isEqualTo(2);
            assertThat(asked)
                    .extracting(head -> head.substring(0, 6))
                    .containsExactlyInAnyOrder("GET /0", "GET /1", "GET /2", "GET /3", "GET /4");
        }
    }

    @Test
    void dialsForThoseWhoWaitWhenAConnectionIsClosed() {
        mayAnswer.give();
        try (Line line = new Line(answering(LAST), atMost(1).build())) {
            List<H2Stream> streams = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                streams.add(line.client().request("GET", "/"));
            }

            for (H2Stream stream : streams) {
                assertThat(stream.response().status()).isEqualTo("200");
            }
            assertThat(line.origin().accepted()).isEqualTo(4);
        }
    }

    @Test
    void answers503IfNoneBecomesFreeInTime() {
        try (Line line = new Line(
                answering(OK), atMost(1).connectTimeout(Duration.ofMillis(200)).build())) {
            H2Stream first = line.client().request("GET", "/1");
            Waiting.until("one is asked", () -> asked.size() == 1);

            assertThat(line.client().request("GET", "/2").response().status()).isEqualTo("503");
            assertThat(line.engine().waiting()).isZero();
            mayAnswer.give();
            assertThat(first.response().status()).isEqualTo("200");
            assertThat(line.client().request("GET", "/3").response().status()).isEqualTo("200");
            assertThat(asked).hasSize(2);
        }
    }

    @Test
    void answers503AtOnceIfTooManyWait() {
        try (Line line = new Line(
                answering(OK), atMost(1).connectTimeout(Duration.ofMinutes(2)).build())) {
            List<H2Stream> streams = new ArrayList<>();
            for (int i = 0; i < 1025; i++) {
                streams.add(line.client().request("GET", "/"));
            }
            Waiting.until("all wait", () -> line.engine().activeStreams() == 1025);

            assertThat(line.client().request("GET", "/").response().status()).isEqualTo("503");
            streams.get(1).reset(8);
            Waiting.until("one has gone", () -> line.engine().activeStreams() == 1024);
            streams.set(1, line.client().request("GET", "/"));
            mayAnswer.give();
            for (H2Stream stream : streams) {
                assertThat(stream.response().status()).isEqualTo("200");
            }
            assertThat(line.engine().waiting()).isZero();
            assertThat(line.origin().accepted()).isEqualTo(1);
        }
    }

    @Test
    void forgetsThoseWhoHaveGone() {
        try (Line line = new Line(answering(OK), atMost(1).build())) {
            H2Stream first = line.client().request("GET", "/1");
            Waiting.until("one is asked", () -> asked.size() == 1);
            H2Stream second = line.client().request("GET", "/2");
            H2Stream third = line.client().request("GET", "/3");
            Waiting.until("two wait", () -> line.engine().activeStreams() == 3);
            second.reset(8);
            Waiting.until("one has gone", () -> line.engine().activeStreams() == 2);
            mayAnswer.give();

            assertThat(first.response().status()).isEqualTo("200");
            assertThat(third.response().status()).isEqualTo("200");
            assertThat(line.engine().waiting()).isZero();
            assertThat(asked).extracting(head -> head.substring(0, 6)).containsExactly("GET /1", "GET /3");
        }
    }

    @Test
    void countsAWebSocketAsAConnection() {
        Signal opened = new Signal();
        try (Line line = new Line(
                peer -> {
                    asked.add(peer.readHead());
                    peer.write("HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
                    opened.give();
                    peer.readToEnd();
                },
                atMost(1).connectTimeout(Duration.ofMillis(200)).build())) {
            H2Stream socket = line.client().open("GET", "/ws", "x-test-kind", "WEBSOCKET", "sec-websocket-key", "k");
            socket.head();
            opened.await();

            assertThat(line.client().request("GET", "/").response().status()).isEqualTo("503");
            assertThat(line.origin().accepted()).isEqualTo(1);
        }
    }

    @Test
    void doesNotCountConnectionsThatFailed() {
        try (Line line = new Line(peer -> peer.write(""), atMost(1).build())) {
            for (int i = 0; i < 3; i++) {
                assertThat(line.client().request("POST", "/").response().status())
                        .isEqualTo("502");
            }
        }
    }

    @Test
    void hasNoLimitIfThatIsWhatTheRuleSays() {
        try (Line line = new Line(answering(OK), atMost(0).build())) {
            List<H2Stream> streams = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                streams.add(line.client().request("GET", "/"));
            }
            Waiting.until("all are asked", () -> asked.size() == 20);
            mayAnswer.give();

            streams.forEach(H2Stream::response);
            assertThat(line.origin().accepted()).isEqualTo(20);
        }
    }

    @Test
    void resetsIfTheOriginIsSilentInTheBody() {
        try (Line line = new Line(OriginLimitTest::silentInTheBody, silence())) {
            H2Stream stream = line.client().request("GET", "/");

            stream.head();
            assertThat(stream.read(3)).isEqualTo("abc");
            assertThat(stream.awaitReset()).isEqualTo(2);
            Waiting.until("origin connection closed", () -> line.origin().open() == 0);
            line.engine().awaitNoStreams();
        }
    }

    @Test
    void doesNotBlameAnOriginForASlowEyeball() {
        String large = "x".repeat(4_000_000);
        try (Line line = new Line(
                peer -> {
                    if (peer.readHead().startsWith("GET /large ")) {
                        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 4000000\r\n\r\n" + large);
                        peer.readToEnd();
                    } else {
                        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
                        peer.readToEnd();
                    }
                },
                silence())) {
            H2Stream slow = line.client().requestStalled("GET", "/large");
            for (int i = 0; i < 3; i++) {
                // Each takes the time that an origin may be silent.
                line.client().request("GET", "/").awaitReset();
            }
            // The origin is looked at in the turn of the loop in which the eyeball goes on.
            Signal held = new Signal();
            Signal resumed = new Signal();
            line.engine().execute(() -> {
                held.give();
                resumed.await();
                long from = System.nanoTime();
                long due = SILENCE.plusMillis(100).toNanos();
                Waiting.until("the origin is due", () -> System.nanoTime() - from > due);
            });
            held.await();
            slow.resume();
            resumed.give();

            assertThat(slow.response().body()).isEqualTo(large);
        }
    }

    private static void silentInTheBody(RawPeer peer) throws IOException {
        peer.readHead();
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
        peer.readToEnd();
    }

    private static OriginOptions silence() {
        return new OriginOptionsBuilder().bodyIdleTimeout(SILENCE).build();
    }

    private static OriginOptionsBuilder atMost(int connections) {
        return new OriginOptionsBuilder().maxConnections(connections);
    }

    private RawOrigin.Script answering(String response) {
        return peer -> {
            while (true) {
                asked.add(peer.readHead());
                mayAnswer.await();
                peer.write(response);
            }
        };
    }
}
