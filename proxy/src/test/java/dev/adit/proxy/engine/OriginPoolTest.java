package dev.adit.proxy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.h2.Http2Limits;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which origin connections are kept, which one is taken, and when a request is sent once more. */
final class OriginPoolTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    @Test
    void takesTheConnectionThatWasUsedLast() {
        AtomicInteger numbers = new AtomicInteger();
        Signal[] mayAnswer = {new Signal(), new Signal()};
        try (Line line = new Line(peer -> {
            int number = numbers.getAndIncrement();
            for (int i = 0; ; i++) {
                peer.readHead();
                if (i == 0) {
                    mayAnswer[number].await();
                }
                peer.write("HTTP/1.1 200 OK\r\nX-Number: " + number + "\r\nContent-Length: 0\r\n\r\n");
            }
        })) {
            H2Stream first = line.client().request("GET", "/");
            Waiting.until("first connection", () -> numbers.get() == 1);
            H2Stream second = line.client().request("GET", "/");
            Waiting.until("second connection", () -> numbers.get() == 2);
            mayAnswer[0].give();
            first.response();
            mayAnswer[1].give();
            second.response();

            assertThat(line.client().request("GET", "/").response().field("x-number"))
                    .isEqualTo("1");
            assertThat(line.client().request("GET", "/").response().field("x-number"))
                    .isEqualTo("1");
        }
    }

    @Test
    void keepsNoMoreThanItMay() {
        Signal all = new Signal();
        AtomicInteger waiting = new AtomicInteger();
        try (Line line = new Line(
                peer -> {
                    while (true) {
                        peer.readHead();
                        if (waiting.incrementAndGet() == 5) {
                            all.give();
                        }
                        all.await();
                        peer.write(OK);
                    }
                },
                new OriginOptionsBuilder().keepAliveConnections(2).build())) {
            List<H2Stream> streams = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                streams.add(line.client().request("GET", "/"));
            }
            streams.forEach(H2Stream::response);

            Waiting.until("three of five closed", () -> line.origin().open() == 2);
        }
    }

    @Test
    void keepsNoneIfNoneAreWanted() {
        try (Line line = new Line(
                RawOrigin.answering(OK),
                Http2Limits.TUNNEL,
                new OriginOptionsBuilder().keepAliveConnections(0).build())) {
            line.client().request("GET", "/").response();
            line.client().request("GET", "/").response();

            assertThat(line.origin().accepted()).isEqualTo(2);
        }
    }

    @Test
    void closesWhatWasIdleForTooLong() {
        try (Line line = new Line(
                RawOrigin.answering(OK),
                Http2Limits.TUNNEL,
                new OriginOptionsBuilder()
                        .keepAliveTimeout(Duration.ofMillis(100))
                        .build())) {
            line.client().request("GET", "/").response();

            Waiting.until("idle connection closed", () -> line.origin().open() == 0);
            assertThat(line.client().request("GET", "/").response().status()).isEqualTo("200");
            assertThat(line.origin().accepted()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nextra",
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nX-Secret: 1\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nX-Secret: 1\r\nContent-Length: 0\r\n\r\n"
            })
    void doesNotKeepAConnectionThatIsOutOfStepOrAboutToClose(String response) {
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.write(response);
            assertThat(peer.readToEnd()).isEmpty();
        })) {
            for (int i = 0; i < 3; i++) {
                H2Stream.Response got = line.client().request("GET", "/").response();

                assertThat(got.status()).isEqualTo("200");
                assertThat(got.field("x-secret")).isEmpty();
            }
            assertThat(line.origin().accepted()).isEqualTo(3);
        }
    }

    @Test
    void doesNotUseAConnectionOnWhichSomethingCameUnasked() {
        Signal mayTalk = new Signal();
        Signal talked = new Signal();
        RawOrigin origin = RawOrigin.each(
                peer -> {
                    peer.readHead();
                    peer.write(OK);
                    mayTalk.await();
                    peer.write("HTTP/1.1 200 OK\r\nX-Secret: 1\r\n");
                    talked.give();
                    assertThat(peer.readToEnd()).isEmpty();
                },
                OriginPoolTest::answer);
        try (Line line = Line.to(origin)) {
            line.client().request("GET", "/").response();
            mayTalk.give();
            talked.await();
            Waiting.until("idle connection closed", () -> origin.open() == 0);

            assertThat(line.client().request("GET", "/").response().field("x-secret"))
                    .isEmpty();
        }
    }

    @Test
    void doesNotCountConnectionsThatTheOriginClosed() {
        AtomicInteger numbers = new AtomicInteger();
        Signal both = new Signal();
        OriginOptions options =
                new OriginOptionsBuilder().keepAliveConnections(2).build();
        try (Line line = new Line(
                peer -> {
                    int number = numbers.incrementAndGet();
                    peer.readHead();
                    if (number == 2) {
                        both.give();
                    }
                    if (number <= 2) {
                        both.await();
                        peer.write(OK);
                        return;
                    }
                    peer.write(OK);
                    peer.readHead();
                    peer.write(OK);
                },
                options)) {
            H2Stream first = line.client().request("GET", "/");
            line.client().request("GET", "/").response();
            first.response();
            Waiting.until("both closed by the origin", () -> line.origin().open() == 0);

            line.client().request("POST", "/").response();
            line.client().request("POST", "/").response();
            assertThat(line.origin().accepted()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
    void sendsOnceMoreIfAKeptConnectionWasDead(String method) {
        try (Line line = Line.to(staleThen(OriginPoolTest::answer))) {
            line.client().request("GET", "/").response();

            assertThat(line.client().request(method, "/").response().status()).isEqualTo("200");
            assertThat(line.origin().accepted()).isEqualTo(2);
        }
    }

    @Test
    void sendsOnceMoreIfAKeptConnectionIsClosed() {
        RawOrigin origin = RawOrigin.each(
                peer -> {
                    answerOnce(peer);
                    peer.readHead();
                },
                OriginPoolTest::answer);
        try (Line line = Line.to(origin)) {
            line.client().request("GET", "/").response();

            assertThat(line.client().request("GET", "/").response().status()).isEqualTo("200");
            assertThat(origin.accepted()).isEqualTo(2);
        }
    }

    @Test
    void sendsOnlyOnceMore() {
        try (Line line = Line.to(staleThen(RawPeer::readHead))) {
            line.client().request("GET", "/").response();

            assertThat(line.client().request("GET", "/").response().status()).isEqualTo("502");
            assertThat(line.origin().accepted()).isEqualTo(2);
        }
    }

    @Test
    void doesNotSendAPostOnceMore() {
        try (Line line = Line.to(staleThen(OriginPoolTest::answer))) {
            line.client().request("GET", "/").response();

            assertThat(line.client().request("POST", "/").response().status()).isEqualTo("502");
            assertThat(line.origin().accepted()).isEqualTo(1);
        }
    }

    @Test
    void doesNotSendABodyOnceMore() {
        RawOrigin origin = RawOrigin.each(
                peer -> {
                    answerOnce(peer);
                    peer.readHead();
                    assertThat(peer.read(3)).isEqualTo("abc");
                },
                OriginPoolTest::answer);
        try (Line line = Line.to(origin)) {
            line.client().request("GET", "/").response();
            H2Stream stream =
                    line.client().open("PUT", "/", "content-length", "3").send("abc");

            assertThat(stream.response().status()).isEqualTo("502");
            assertThat(origin.accepted()).isEqualTo(1);
        }
    }

    @Test
    void doesNotSendOnceMoreAfterTheFirstByteOfAResponse() {
        RawOrigin origin = RawOrigin.each(
                peer -> {
                    answerOnce(peer);
                    peer.readHead();
                    peer.write("HTTP/1.1 200 OK\r\n");
                },
                OriginPoolTest::answer);
        try (Line line = Line.to(origin)) {
            line.client().request("GET", "/").response();

            assertThat(line.client().request("GET", "/").response().status()).isEqualTo("502");
            assertThat(origin.accepted()).isEqualTo(1);
        }
    }

    @Test
    void doesNotSendOnceMoreOnAFreshConnection() {
        try (Line line = Line.to(RawOrigin.each(RawPeer::readHead, OriginPoolTest::answer))) {
            assertThat(line.client().request("GET", "/").response().status()).isEqualTo("502");
            assertThat(line.origin().accepted()).isEqualTo(1);
        }
    }

    @Test
    void answersBeforeTheUploadIsCompleteAndThenStopsIt() {
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.read(3);
            peer.write("HTTP/1.1 413 Too Large\r\nContent-Length: 4\r\n\r\nmuch");
            peer.readToEnd();
        })) {
            H2Stream stream =
                    line.client().open("POST", "/", "content-length", "1000000").send("abc");

            H2Stream.Response response = stream.response();
            assertThat(response.status()).isEqualTo("413");
            assertThat(response.body()).isEqualTo("much");
            assertThat(stream.next()).isEqualTo(new H2Stream.Event.Reset(0));
            line.engine().awaitNoStreams();
            Waiting.until("origin connection closed", () -> line.origin().open() == 0);
        }
    }

    @Test
    void getsTheAnswerOfAnOriginThatClosesWhileItIsStillWrittenTo() {
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.read(100_000);
            peer.write("HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 4\r\n\r\nmuch");
            peer.endOutput();
        })) {
            for (int i = 0; i < 20; i++) {
                H2Stream stream = line.client().open("POST", "/", "content-length", "4000000");
                stream.send(new byte[4_000_000], true);

                H2Stream.Response response = stream.response();
                assertThat(response.status()).isEqualTo("413");
                assertThat(response.body()).isEqualTo("much");
            }
            line.engine().awaitNoStreams();
        }
    }

    private static RawOrigin staleThen(RawOrigin.Script second) {
        return RawOrigin.each(
                peer -> {
                    answerOnce(peer);
                    peer.readHead();
                    peer.reset();
                },
                second);
    }

    private static void answerOnce(RawPeer peer) throws IOException {
        peer.readHead();
        peer.write(OK);
    }

    private static void answer(RawPeer peer) throws IOException {
        while (true) {
            answerOnce(peer);
        }
    }
}
