package dev.adit.proxy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.testing.H2Stream;
import dev.adit.proxy.testing.Line;
import dev.adit.proxy.testing.RawOrigin;
import dev.adit.proxy.testing.RawPeer;
import dev.adit.proxy.testing.Signal;
import dev.adit.proxy.testing.Waiting;
import java.io.IOException;
import java.util.function.BiConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Either side dies at each point of an exchange: nothing is left of it, and the next exchange works. */
final class DeathTest {
    /** How far the exchange has come. */
    enum Point {
        HEAD_SENT("POST", false),
        BODY_BEGUN("POST", false),
        BODY_ENDED("POST", false),
        RESPONSE_HEAD("GET", true),
        RESPONSE_BODY("GET", true),
        RESPONSE_IN_UPLOAD("POST", true),
        UPGRADED("GET", true),
        UPGRADED_EYEBALL_ENDED("GET", true),
        UPGRADED_ORIGIN_ENDED("GET", true);

        private final String method;
        private final boolean answered;

        Point(String method, boolean answered) {
            this.method = method;
            this.answered = answered;
        }

        boolean isUpgraded() {
            return name().startsWith("UPGRADED");
        }
    }

    /** How a side dies. */
    enum Death {
        ORIGIN_CLOSES,
        ORIGIN_RESETS,
        EYEBALL_RESETS_STREAM,
        EYEBALL_RESETS_CONNECTION,
        EYEBALL_CLOSES_CONNECTION
    }

    @ParameterizedTest
    @EnumSource(Point.class)
    void originCloses(Point point) {
        die(point, Death.ORIGIN_CLOSES, (line, stream) -> {});
    }

    @ParameterizedTest
    @EnumSource(Point.class)
    void originResets(Point point) {
        die(point, Death.ORIGIN_RESETS, (line, stream) -> {});
    }

    @ParameterizedTest
    @EnumSource(Point.class)
    void eyeballResetsTheStream(Point point) {
        die(point, Death.EYEBALL_RESETS_STREAM, (line, stream) -> stream.reset(8));
    }

    @ParameterizedTest
    @EnumSource(Point.class)
    void eyeballResetsTheConnection(Point point) {
        die(
                point,
                Death.EYEBALL_RESETS_CONNECTION,
                (line, stream) -> line.client().resetConnection());
    }

    @ParameterizedTest
    @EnumSource(Point.class)
    void eyeballClosesTheConnection(Point point) {
        die(
                point,
                Death.EYEBALL_CLOSES_CONNECTION,
                (line, stream) -> line.client().close());
    }

    private static void die(Point point, Death death, BiConsumer<Line, H2Stream> eyeball) {
        Signal reached = new Signal();
        Signal mayDie = new Signal();
        RawOrigin origin = RawOrigin.each(
                peer -> {
                    reach(point, peer);
                    reached.give();
                    mayDie.await();
                    if (death == Death.ORIGIN_RESETS) {
                        peer.reset();
                    } else if (death != Death.ORIGIN_CLOSES) {
                        peer.readToEnd();
                    }
                },
                peer -> {
                    peer.readHead();
                    peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                    peer.readToEnd();
                });
        try (Line line = Line.withShortIdle(origin)) {
            H2Stream stream = start(point, line);
            if (point.answered) {
                assertThat(stream.head().status()).isEqualTo("200");
            }
            reached.await();
            line.engine().onLoop(() -> "what was sent has been read");

            mayDie.give();
            eyeball.accept(line, stream);
            if (death == Death.ORIGIN_CLOSES || death == Death.ORIGIN_RESETS) {
                expectEnd(point, stream);
            }

            line.engine().awaitNoStreams();
            Waiting.until("origin connection closed", () -> origin.open() == 0);
            try (var next = line.engine().client()) {
                assertThat(next.request("GET", "/").response().status()).isEqualTo("200");
            }
        }
    }

    private static H2Stream start(Point point, Line line) {
        if (point.isUpgraded()) {
            H2Stream stream = line.client().open("GET", "/", "x-test-kind", "WEBSOCKET");
            return point == Point.UPGRADED_EYEBALL_ENDED ? stream.end() : stream.send("abc");
        }
        if (point.method.equals("GET")) {
            return line.client().request("GET", "/");
        }
        H2Stream stream = line.client().open("POST", "/");
        return switch (point) {
            case HEAD_SENT -> stream;
            case BODY_ENDED -> stream.send("abc").end();
            default -> stream.send("abc");
        };
    }

    private static void reach(Point point, RawPeer peer) throws IOException {
        peer.readHead();
        switch (point) {
            case HEAD_SENT -> {}
            case BODY_BEGUN -> peer.read(8);
            case BODY_ENDED -> peer.readChunked();
            case RESPONSE_HEAD -> peer.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
            case RESPONSE_BODY -> peer.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
            case RESPONSE_IN_UPLOAD -> {
                peer.read(8);
                peer.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
            }
            case UPGRADED, UPGRADED_EYEBALL_ENDED, UPGRADED_ORIGIN_ENDED -> {
                peer.write("HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
                if (point == Point.UPGRADED_EYEBALL_ENDED) {
                    assertThat(peer.readToEnd()).isEmpty();
                } else {
                    assertThat(peer.read(3)).isEqualTo("abc");
                }
                if (point == Point.UPGRADED_ORIGIN_ENDED) {
                    peer.endOutput();
                }
            }
        }
    }

    /** Ends with 502 before a head, with a reset after it; only an upgraded stream may end well. */
    private static void expectEnd(Point point, H2Stream stream) {
        if (point.isUpgraded()) {
            return;
        }
        if (point.answered) {
            assertThat(stream.awaitReset()).isEqualTo(2);
        } else {
            assertThat(stream.response().status()).isEqualTo("502");
        }
    }
}
