package dev.adit.proxy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.testing.H2Stream;
import dev.adit.proxy.testing.H2Stream.Event;
import dev.adit.proxy.testing.Line;
import dev.adit.proxy.testing.RawOrigin;
import dev.adit.proxy.testing.Signal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses of all shapes on their way to the eyeball. */
final class ResponseTest {
    @Test
    void passesEachPieceOnWhenItCame() {
        Signal headSeen = new Signal();
        Signal firstSeen = new Signal();
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n");
            headSeen.await();
            peer.write("abc");
            firstSeen.await();
            peer.write("def");
        })) {
            H2Stream stream = line.client().request("GET", "/");

            assertThat(stream.head().end()).isFalse();
            headSeen.give();
            assertThat(stream.read(3)).isEqualTo("abc");
            firstSeen.give();
            assertThat(stream.readToEnd()).isEqualTo("def");
        }
    }

    @Test
    void passesEachChunkOnWhenItCame() {
        Signal headSeen = new Signal();
        Signal firstSeen = new Signal();
        Signal halfSeen = new Signal();
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            headSeen.await();
            peer.write("3\r\nabc\r\n");
            firstSeen.await();
            peer.write("6\r\ndef");
            halfSeen.await();
            peer.write("ghi\r\n0\r\n\r\n");
        })) {
            H2Stream stream = line.client().request("GET", "/");

            assertThat(stream.head().list().contains("transfer-encoding")).isFalse();
            headSeen.give();
            assertThat(stream.read(3)).isEqualTo("abc");
            firstSeen.give();
            assertThat(stream.read(3)).isEqualTo("def");
            halfSeen.give();
            assertThat(stream.readToEnd()).isEqualTo("ghi");
        }
    }

    @Test
    void passesAnEventStreamOnWithoutEnd() {
        Signal canceled = new Signal();
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n");
            peer.readToEnd();
            canceled.give();
        })) {
            H2Stream stream = line.client().request("GET", "/");
            stream.head();

            assertThat(stream.read(9)).isEqualTo("data: 1\n\n");
            stream.reset(8);
            canceled.await();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 204 No Content\r\n\r\n",
                "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\nETag: \"a\"\r\n\r\n"
            })
    void endsWithTheHeadIfThereIsNoBody(String response) {
        try (Line line = Line.to(RawOrigin.answering(response))) {
            assertThat(line.client().request("GET", "/").head().end()).isTrue();
            assertThat(line.client().request("GET", "/").head().end()).isTrue();
            assertThat(line.origin().accepted()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 5", "Transfer-Encoding: chunked", "X-A: b"})
    void endsWithTheHeadForHeadRequests(String field) {
        try (Line line = Line.to(RawOrigin.answering("HTTP/1.1 200 OK\r\n" + field + "\r\n\r\n"))) {
            Event.Headers head = line.client().request("HEAD", "/").head();

            assertThat(head.end()).isTrue();
            assertThat(head.status()).isEqualTo("200");
            assertThat(line.client().request("HEAD", "/").head().end()).isTrue();
            assertThat(line.origin().accepted()).isEqualTo(1);
        }
    }

    @Test
    void keepsTheLengthOfAHeadResponse() {
        try (Line line = Line.to(RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"))) {
            assertThat(line.client().request("HEAD", "/").response().field("content-length"))
                    .isEqualTo("5");
        }
    }

    @ParameterizedTest
    @CsvSource({"GET,100 Continue", "GET,103 Early Hints", "HEAD,103 Early Hints", "POST,102 Processing"})
    void dropsInterimResponses(String method, String interim) {
        String body = method.equals("HEAD") ? "" : "ok";
        try (Line line = Line.to(RawOrigin.answering("HTTP/1.1 " + interim + "\r\nLink: </a>\r\n\r\nHTTP/1.1 " + interim
                + "\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + body))) {
            for (int i = 0; i < 3; i++) {
                H2Stream.Response response = line.client().request(method, "/").response();

                assertThat(response.status()).isEqualTo("200");
                assertThat(response.body()).isEqualTo(body);
                assertThat(response.field("link")).isEmpty();
            }
            assertThat(line.origin().accepted()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n", "HTTP/1.1 200\r\nConnection: close\r\n\r\n"
            })
    void endsWithTheConnectionIfThereIsNoLength(String head) {
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.write(head + "abc");
        })) {
            assertThat(line.client().request("GET", "/").response().body()).isEqualTo("abc");
            assertThat(line.client().request("GET", "/").response().body()).isEqualTo("abc");
            assertThat(line.origin().accepted()).isEqualTo(2);
        }
    }

    @Test
    void endsWithTheHalfCloseIfThereIsNoLength() {
        Signal closed = new Signal();
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\n\r\nabc");
            peer.endOutput();
            peer.readToEnd();
            closed.give();
        })) {
            assertThat(line.client().request("GET", "/").response().body()).isEqualTo("abc");
            closed.await();
        }
    }

    @Test
    void passesTrailersOn() {
        try (Line line =
                Line.to(RawOrigin.answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                        + "3\r\nabc\r\n0\r\nX-Sum: 1\r\nX-Other: \u00e4\r\n\r\n"))) {
            H2Stream.Response response = line.client().request("GET", "/").response();

            assertThat(response.body()).isEqualTo("abc");
            assertThat(response.trailer("x-sum")).isEqualTo("1");
            assertThat(response.trailer("x-other")).isEqualTo("\u00e4");
        }
    }

    @Test
    void keepsFieldsByteForByteAndDropsThoseOfTheConnection() {
        try (Line line = Line.to(RawOrigin.answering("HTTP/1.1 299 Odd\r\nX-Raw: \u00e4\u0080\u00ff\r\nX-Empty:\r\n"
                + "Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n"
                + "Proxy-Connection: x\r\nUpgrade: h2c\r\nContent-Length: 0\r\n\r\n"))) {
            H2Stream.Response response = line.client().request("GET", "/").response();

            assertThat(response.status()).isEqualTo("299");
            assertThat(response.field("x-raw")).isEqualTo("\u00e4\u0080\u00ff");
            assertThat(response.headers().get("x-empty")).hasToString("");
            assertThat(response.headers().getAll("set-cookie"))
                    .extracting(CharSequence::toString)
                    .containsExactly("a=1", "b=2");
            assertThat(response.headers().names())
                    .extracting(CharSequence::toString)
                    .doesNotContain("connection", "keep-alive", "proxy-connection", "upgrade", "x-hop");
        }
    }

    @Test
    void passesRedirectsOn() {
        try (Line line = Line.to(
                RawOrigin.answering(
                        "HTTP/1.1 307 Over There\r\nLocation: http://elsewhere.example:1/a%2Fb?c\r\nContent-Length: 4\r\n\r\nmove"))) {
            H2Stream.Response response = line.client().request("POST", "/").response();

            assertThat(response.status()).isEqualTo("307");
            assertThat(response.field("location")).isEqualTo("http://elsewhere.example:1/a%2Fb?c");
            assertThat(response.body()).isEqualTo("move");
            assertThat(line.origin().accepted()).isEqualTo(1);
        }
    }

    @Test
    void passesALargeHeadOn() {
        String value = "x".repeat(200_000);
        try (Line line = Line.to(
                RawOrigin.answering("HTTP/1.1 200 OK\r\nX-Large: " + value + "\r\nContent-Length: 0\r\n\r\n"))) {
            assertThat(line.client().request("GET", "/").response().field("x-large"))
                    .isEqualTo(value);
        }
    }

    @Test
    void keepsManyBytesInTheirOrder() {
        StringBuilder large = new StringBuilder();
        for (int i = 0; large.length() < 5_000_000; i++) {
            large.append(i).append(' ');
        }
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\n\r\n" + large);
        })) {
            assertThat(line.client().request("GET", "/").response().body()).isEqualTo(large.toString());
        }
    }

    @Test
    void echoesAnUploadWhileItComes() {
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 3; i++) {
                assertThat(peer.readLine()).isEqualTo("1");
                peer.write("1\r\n" + peer.read(1) + "\r\n");
                assertThat(peer.readLine()).isEmpty();
            }
            assertThat(peer.readChunked()).isEmpty();
            peer.write("0\r\n\r\n");
        })) {
            H2Stream stream = line.client().open("POST", "/");
            for (String piece : new String[] {"a", "b", "c"}) {
                stream.send(piece);
                if (piece.equals("a")) {
                    stream.head();
                }
                assertThat(stream.read(1)).isEqualTo(piece);
            }

            assertThat(stream.end().readToEnd()).isEmpty();
        }
    }
}
