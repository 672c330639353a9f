package dev.adit.proxy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.testing.H2Stream;
import dev.adit.proxy.testing.Line;
import dev.adit.proxy.testing.OriginOptionsBuilder;
import dev.adit.proxy.testing.RawPeer;
import dev.adit.proxy.testing.Signal;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How request bodies are framed towards an origin. */
final class RequestFramingTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @Test
    void passesTheLengthOn() {
        try (Line line = new Line(peer -> {
            assertThat(peer.readHead()).contains("\r\nContent-Length: 3\r\n").doesNotContain("Transfer-Encoding");
            assertThat(peer.read(3)).isEqualTo("abc");
            peer.write(OK);
        })) {
            H2Stream stream = line.client().open("POST", "/", "content-length", "3");

            assertThat(stream.send("abc").end().response().body()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "GET", "DELETE"})
    void chunksBodiesWithoutLength(String method) {
        try (Line line = new Line(peer -> {
            assertThat(peer.readHead())
                    .contains("\r\nTransfer-Encoding: chunked\r\n")
                    .doesNotContain("Content-Length");
            assertThat(peer.readChunked()).isEqualTo("abcdef");
            peer.write(OK);
        })) {
            H2Stream stream = line.client().open(method, "/");

            assertThat(stream.send("abc").send("def").end().response().body()).isEqualTo("ok");
        }
    }

    @Test
    void passesEachPieceOnWhenItCame() {
        Signal first = new Signal();
        try (Line line = new Line(peer -> {
            peer.readHead();
            assertThat(peer.readLine()).isEqualTo("3");
            assertThat(peer.read(3)).isEqualTo("abc");
            first.give();
            assertThat(peer.readLine()).isEmpty();
            assertThat(peer.readChunked()).isEqualTo("def");
            peer.write(OK);
        })) {
            H2Stream stream = line.client().open("POST", "/").send("abc");
            first.await();

            assertThat(stream.send("def").end().response().body()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "DELETE", "OPTIONS", "PROPFIND", "SEARCH"})
    void saysNothingOfABodyForMethodsThatSeldomHaveOne(String method) {
        try (Line line = new Line(RequestFramingTest::expectNoFraming)) {
            assertThat(line.client().request(method, "/").response().body()).isEqualTo("ok");
        }
    }

    @Test
    void saysNothingOfABodyForHead() {
        try (Line line = new Line(peer -> {
            assertThat(peer.readHead()).startsWith("HEAD ").doesNotContain("Content-Length", "Transfer-Encoding");
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
        })) {
            assertThat(line.client().request("HEAD", "/").response().status()).isEqualTo("200");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "DELETE", "OPTIONS", "PROPFIND", "SEARCH"})
    void asksWhetherAnOpenBodyIsEmptyForMethodsThatSeldomHaveOne(String method) {
        try (Line line = new Line(RequestFramingTest::expectNoFraming)) {
            H2Stream stream = line.client().open(method, "/").end();

            assertThat(stream.response().body()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "MKCOL"})
    void saysLengthZeroForOtherMethodsWithoutBody(String method) {
        try (Line line = new Line(RequestFramingTest::expectLengthZero)) {
            assertThat(line.client().request(method, "/").response().body()).isEqualTo("ok");
        }
    }

    @Test
    void keepsLengthZero() {
        try (Line line = new Line(RequestFramingTest::expectLengthZero)) {
            assertThat(line.client()
                            .request("POST", "/", "content-length", "0")
                            .response()
                            .body())
                    .isEqualTo("ok");
        }
    }

    @Test
    void keepsLengthZeroOfAnOpenBody() {
        try (Line line = new Line(RequestFramingTest::expectLengthZero)) {
            H2Stream stream =
                    line.client().open("POST", "/", "content-length", "0").end();

            assertThat(stream.response().body()).isEqualTo("ok");
        }
    }

    @Test
    void refusesABodyWithoutLengthIfTheRuleForbidsChunks() {
        try (Line line = new Line(
                RequestFramingTest::expectNothing,
                new OriginOptionsBuilder().disableChunkedEncoding().build())) {
            H2Stream stream = line.client().open("POST", "/").send("abc");

            assertThat(stream.response().status()).isEqualTo("411");
            assertThat(stream.awaitReset()).isZero();
            line.engine().awaitNoStreams();
        }
    }

    @Test
    void takesABodyWithLengthIfTheRuleForbidsChunks() {
        try (Line line = new Line(
                peer -> {
                    assertThat(peer.readHead()).contains("\r\nContent-Length: 3\r\n");
                    assertThat(peer.read(3)).isEqualTo("abc");
                    peer.write(OK);
                },
                new OriginOptionsBuilder().disableChunkedEncoding().build())) {
            H2Stream stream = line.client().open("POST", "/", "content-length", "3");

            assertThat(stream.send("abc").end().response().body()).isEqualTo("ok");
        }
    }

    @Test
    void answersAnExpectationItselfAndDoesNotPassItOn() {
        try (Line line = new Line(peer -> {
            assertThat(peer.readHead()).doesNotContainIgnoringCase("expect");
            assertThat(peer.read(3)).isEqualTo("abc");
            peer.write(OK);
        })) {
            H2Stream stream = line.client().open("POST", "/", "content-length", "3", "expect", "100-continue");
            assertThat(stream.head().status()).isEqualTo("100");

            assertThat(stream.send("abc").end().response().status()).isEqualTo("200");
        }
    }

    @Test
    void answersAnExpectationAlsoForAMethodThatSeldomHasABody() {
        try (Line line = new Line(peer -> {
            assertThat(peer.readHead()).contains("Transfer-Encoding: chunked");
            assertThat(peer.readChunked()).isEqualTo("abc");
            peer.write(OK);
        })) {
            H2Stream stream = line.client().open("DELETE", "/", "expect", "100-continue");
            assertThat(stream.head().status()).isEqualTo("100");

            assertThat(stream.send("abc").end().response().status()).isEqualTo("200");
        }
    }

    @Test
    void doesNotAnswerAnExpectationWithoutABody() {
        try (Line line = new Line(RequestFramingTest::expectNoFraming)) {
            assertThat(line.client()
                            .request("GET", "/", "expect", "100-continue")
                            .head()
                            .status())
                    .isEqualTo("200");
        }
    }

    @Test
    void passesTrailersOn() {
        try (Line line = new Line(peer -> {
            assertThat(peer.readHead()).contains("\r\nTrailer: x-sum\r\n");
            assertThat(peer.readChunked()).isEqualTo("abc\nX-Sum: 1\nX-Raw: \u00e4");
            peer.write(OK);
        })) {
            H2Stream stream =
                    line.client().open("POST", "/", "trailer", "x-sum").send("abc");

            assertThat(stream.trailers("x-sum", "1", "x-raw", "\u00e4")
                            .response()
                            .body())
                    .isEqualTo("ok");
        }
    }

    @Test
    void dropsTrailersThatWouldChangeTheMessage() {
        try (Line line = new Line(peer -> {
            peer.readHead();
            assertThat(peer.readChunked()).isEqualTo("abc\nX-Sum: 1");
            peer.write(OK);
        })) {
            H2Stream stream = line.client().open("POST", "/").send("abc");

            stream.trailers("content-length", "7", "authorization", "x", "x-sum", "1");
            assertThat(stream.response().body()).isEqualTo("ok");
        }
    }

    @Test
    void abandonsAnOriginWhoseBodyIsShorterThanItsLength() {
        Signal begun = new Signal();
        Signal ended = new Signal();
        try (Line line = new Line(peer -> {
            peer.readHead();
            assertThat(peer.read(3)).isEqualTo("abc");
            begun.give();
            assertThat(peer.readToEnd()).isEmpty();
            ended.give();
        })) {
            H2Stream stream = line.client().open("POST", "/", "content-length", "5");
            stream.send("abc");
            begun.await();

            stream.end();
            assertThat(stream.awaitReset()).isEqualTo(1);
            ended.await();
            line.engine().awaitNoStreams();
        }
    }

    private static void expectNoFraming(RawPeer peer) throws IOException {
        assertThat(peer.readHead()).doesNotContainIgnoringCase("content-length", "transfer-encoding");
        peer.write(OK);
        assertThat(peer.readToEnd()).isEmpty();
    }

    private static void expectLengthZero(RawPeer peer) throws IOException {
        assertThat(peer.readHead()).contains("\r\nContent-Length: 0\r\n").doesNotContain("Transfer-Encoding");
        peer.write(OK);
        assertThat(peer.readToEnd()).isEmpty();
    }

    private static void expectNothing(RawPeer peer) {
        throw new AssertionError("no connection expected, got " + peer.socket());
    }
}
