package dev.adit.proxy.h2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.route.OriginOptions;
import dev.adit.proxy.route.Target;
import dev.adit.proxy.testing.EngineHarness;
import dev.adit.proxy.testing.H2Client;
import dev.adit.proxy.testing.H2Stream;
import dev.adit.proxy.testing.H2Stream.Event;
import dev.adit.proxy.testing.Line;
import dev.adit.proxy.testing.RawOrigin;
import dev.adit.proxy.testing.RawPeer;
import dev.adit.proxy.testing.Signal;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Headers.PseudoHeaderName;
import io.netty.handler.codec.http2.Http2Settings;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the HTTP/2 side takes and refuses, whoever is behind it. */
final class Http2ServerTest {
    private static final Target OK = new Target.FixedStatus(200);
    private static final Http2Limits LISTENER =
            new Http2Limits(256, 1 << 20, 16 << 20, 65_536, 400, 64 << 20, 96 << 20);

    @Test
    void advertisesItsLimits() {
        try (EngineHarness engine = new EngineHarness(OK);
                H2Client client = engine.client()) {
            Http2Settings settings = client.settings();

            assertThat(settings.maxConcurrentStreams()).isEqualTo(4_294_967_295L);
            assertThat(settings.initialWindowSize()).isEqualTo(1_048_576);
            assertThat(settings.maxHeaderListSize()).isEqualTo(1_048_896);
        }
    }

    @Test
    void servesStreamOne() {
        try (EngineHarness engine = new EngineHarness(OK);
                H2Client client = engine.client()) {
            H2Stream stream = client.request("GET", "/");

            assertThat(stream.id()).isEqualTo(1);
            assertThat(stream.response().status()).isEqualTo("200");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 101, 103, 199})
    void answersAnInterimStatusOfARuleWith200(int status) {
        try (EngineHarness engine = new EngineHarness(new Target.FixedStatus(status));
                H2Client client = engine.client()) {
            assertThat(client.request("GET", "/").response().status()).isEqualTo("200");
        }
    }

    @Test
    void answersAnOpenRequestAndThenStopsIt() {
        try (EngineHarness engine = new EngineHarness(new Target.FixedStatus(404));
                H2Client client = engine.client()) {
            H2Stream stream = client.open("POST", "/").send("abc");

            assertThat(stream.response().status()).isEqualTo("404");
            assertThat(stream.next()).isEqualTo(new Event.Reset(0));
            engine.awaitNoStreams();
        }
    }

    @Test
    void servesTheBuiltInPages() {
        try (EngineHarness engine = new EngineHarness(new Target.Hello());
                H2Client client = engine.client()) {
            H2Stream.Response page = client.request("GET", "/?x").response();
            assertThat(page.status()).isEqualTo("200");
            assertThat(page.body())
                    .contains("Your tunnel works")
                    .hasSize(Integer.parseInt(page.field("content-length")));
            assertThat(client.request("HEAD", "/").response().field("content-length"))
                    .isEqualTo(page.field("content-length"));
            assertThat(client.request("GET", "/uptime").response().body()).startsWith("{\"startTime\":\"");
            assertThat(client.request("GET", "/_health").response().body()).isEqualTo("ok");
            assertThat(client.request("GET", "/other").response().status()).isEqualTo("404");
        }
    }

    @Test
    void refusesAHeaderListThatIsTooLongWith431() {
        try (EngineHarness engine = new EngineHarness(LISTENER, OK, OriginOptions.DEFAULT);
                H2Client client = engine.client()) {
            H2Stream stream = client.request("GET", "/", "x-large", "x".repeat(70_000));

            assertThat(stream.head().status()).isEqualTo("431");
            assertThat(client.request("GET", "/", "x-large", "x".repeat(60_000))
                            .response()
                            .status())
                    .isEqualTo("200");
        }
    }

    @Test
    void takesAMegabyteOfFieldsThroughTheTunnel() {
        try (EngineHarness engine = new EngineHarness(OK);
                H2Client client = engine.client()) {
            assertThat(client.request("GET", "/", "x-large", "x".repeat(1_000_000))
                            .response()
                            .status())
                    .isEqualTo("200");
        }
    }

    @Test
    void faultOfOursEndsOneExchangeAndNoOther() {
        try (EngineHarness engine = new EngineHarness(OK);
                H2Client client = engine.client()) {
            H2Stream other = client.open("POST", "/");

            assertThat(client.request("GET", "/", "x-test-kind", "no such kind")
                            .response()
                            .status())
                    .isEqualTo("502");
            assertThat(client.open("POST", "/", "x-test-kind", "BREAKS")
                            .send("abc")
                            .response()
                            .status())
                    .isEqualTo("502");

            assertThat(other.end().response().status()).isEqualTo("200");
            assertThat(client.request("GET", "/").response().status()).isEqualTo("200");
        }
    }

    @Test
    void refusesMalformedHeads() {
        try (EngineHarness engine = new EngineHarness(OK);
                H2Client client = engine.client()) {
            List<Http2Headers> malformed = new ArrayList<>(List.of(
                    H2Client.headers("GET", "a"),
                    H2Client.headers("GET", "http://example.test/"),
                    H2Client.headers("GET", ""),
                    H2Client.headers("GET", "**"),
                    H2Client.headers("GET", "/").scheme("wss"),
                    H2Client.headers("GET", "/").authority("user@example.test"),
                    H2Client.headers("GET", "/", "connection", "close"),
                    H2Client.headers("GET", "/", "transfer-encoding", "chunked"),
                    H2Client.headers("GET", "/", "upgrade", "h2c"),
                    H2Client.headers("GET", "/", "te", "gzip"),
                    H2Client.headers("GET", "/", "X-Upper", "1"),
                    H2Client.headers("GET", "/", "x y", "1"),
                    H2Client.headers("GET", "/", "content-length", "1"),
                    H2Client.headers("GET", "/", "content-length", "+0"),
                    H2Client.headers("CONNECT", "/"),
                    without(
                            PseudoHeaderName.PATH,
                            H2Client.headers("CONNECT", "/").authority("a:1")),
                    H2Client.headers("GET", "/").set(PseudoHeaderName.PROTOCOL.value(), "websocket"),
                    H2Client.headers("CONNECT", "/").set(PseudoHeaderName.PROTOCOL.value(), "websocket"),
                    without(PseudoHeaderName.AUTHORITY, H2Client.headers("GET", "/", "host", "a", "host", "b")),
                    without(PseudoHeaderName.AUTHORITY, H2Client.headers("GET", "/", "host", "u@b"))));
            for (PseudoHeaderName name :
                    List.of(PseudoHeaderName.METHOD, PseudoHeaderName.PATH, PseudoHeaderName.SCHEME)) {
                malformed.add(without(name, H2Client.headers("GET", "/")));
            }
            for (Http2Headers headers : malformed) {
                assertThat(client.send(headers, true).next()).as("%s", headers).isEqualTo(new Event.Reset(1));
            }
            assertThat(client.request("GET", "/").response().status()).isEqualTo("200");
            assertThat(client.hasGoAway()).isFalse();
        }
    }

    private static Http2Headers without(PseudoHeaderName name, Http2Headers headers) {
        headers.remove(name.value());
        return headers;
    }

    @Test
    void refusesPseudoHeadersInTrailers() {
        Signal begun = new Signal();
        Signal closed = new Signal();
        try (Line line = new Line(peer -> {
            peer.readHead();
            begun.give();
            assertThat(peer.readToEnd()).isEqualTo("3\r\nabc\r\n");
            closed.give();
        })) {
            H2Stream stream = line.client().open("POST", "/").send("abc");
            begun.await();
            line.engine().onLoop(() -> "the body has been passed on");

            stream.trailers(":path", "/admin");
            assertThat(stream.next()).isEqualTo(new Event.Reset(1));
            closed.await();
        }
    }

    @Test
    void refusesMoreBodyThanWasAnnounced() {
        Signal closed = new Signal();
        try (Line line = new Line(peer -> {
            peer.readHead();
            assertThat(peer.readToEnd().length()).isLessThanOrEqualTo(3);
            closed.give();
        })) {
            H2Stream stream =
                    line.client().open("POST", "/", "content-length", "3").send("abc");
            line.engine().onLoop(() -> "turn");

            stream.send("def");
            assertThat(stream.next()).isEqualTo(new Event.Reset(1));
        }
    }

    @Test
    void closesAListenersConnectionThatFloodsResets() {
        try (Line line = new Line(new RawOrigin(RawPeer::readToEnd), LISTENER, OriginOptions.DEFAULT)) {
            for (int i = 0; i < 500; i++) {
                line.client().open("GET", "/").reset(8);
            }

            // GOAWAY says why, but TCP may reset what still arrives and so drop it on the way.
            line.client().awaitClosed();
        }
    }

    @Test
    void keepsATunnelsConnectionHoweverManyEyeballsCancel() {
        try (Line line = Line.to(new RawOrigin(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        }))) {
            for (int i = 0; i < 1000; i++) {
                line.client().open("GET", "/").reset(8);
            }

            assertThat(line.client().request("GET", "/").response().status()).isEqualTo("200");
            assertThat(line.client().hasGoAway()).isFalse();
            line.engine().awaitNoStreams();
        }
    }

    @Test
    void abortsAllExchangesAtOnce() {
        Signal done = new Signal();
        try (Line line = new Line(peer -> {
            if (peer.readHead().startsWith("GET")) {
                peer.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
            }
            peer.readToEnd();
        })) {
            H2Stream unanswered = line.client().open("POST", "/");
            H2Stream answered = line.client().request("GET", "/");
            answered.head();

            line.engine().onLoop(() -> {
                line.engine()
                        .connection()
                        .abortStreams(new dev.adit.proxy.http.Failure(
                                dev.adit.proxy.http.Failure.Kind.SHUTDOWN, "going down"));
                done.give();
                return true;
            });
            assertThat(unanswered.response().status()).isEqualTo("502");
            assertThat(answered.awaitReset()).isEqualTo(2);
            line.engine().awaitNoStreams();
        }
    }

    @Test
    void survivesEveryTruncationOfAConnection() {
        byte[] whole = connection();
        try (RawOrigin origin = RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");
                EngineHarness engine = new EngineHarness(origin.target())) {
            for (int length = 0; length <= whole.length; length++) {
                try (RawConnection raw = new RawConnection(engine.port())) {
                    raw.write(whole, length);
                }
            }
            expectAlive(engine);
        }
    }

    @Test
    void survivesRandomBytesInAConnection() {
        Random random = new Random(42);
        byte[] whole = connection();
        try (RawOrigin origin = RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");
                EngineHarness engine = new EngineHarness(origin.target())) {
            for (int round = 0; round < 500; round++) {
                byte[] bytes = whole.clone();
                int changes = 1 + random.nextInt(4);
                for (int i = 0; i < changes; i++) {
                    bytes[24 + random.nextInt(bytes.length - 24)] = (byte) random.nextInt(256);
                }
                try (RawConnection raw = new RawConnection(engine.port())) {
                    raw.write(bytes, bytes.length);
                }
            }
            expectAlive(engine);
        }
    }

    private static void expectAlive(EngineHarness engine) {
        dev.adit.proxy.testing.Waiting.until("all connections gone", () -> engine.connections() == 0);
        engine.awaitNoStreams();
        try (H2Client client = engine.client()) {
            assertThat(client.request("GET", "/").response().body()).isEqualTo("abc");
        }
    }

    /** Preface, SETTINGS, a GET, a POST with body and trailers, WINDOW_UPDATE, PING, RST_STREAM; fields as literals. */
    private static byte[] connection() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        frame(out, 4, 0, 0, new byte[0]);
        frame(out, 1, 5, 1, head("GET"));
        frame(out, 1, 4, 3, head("POST"));
        frame(out, 0, 0, 3, new byte[40]);
        frame(out, 8, 0, 3, new byte[] {0, 0, 1, 0});
        frame(out, 1, 5, 3, field("x-sum", "1"));
        frame(out, 6, 0, 0, new byte[8]);
        frame(out, 1, 4, 5, head("POST"));
        frame(out, 0, 1, 5, new byte[10]);
        frame(out, 3, 0, 5, new byte[] {0, 0, 0, 8});
        return out.toByteArray();
    }

    private static byte[] head(String method) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(field(":method", method));
        out.writeBytes(field(":scheme", "https"));
        out.writeBytes(field(":path", "/a"));
        out.writeBytes(field(":authority", "a.test"));
        out.writeBytes(field("x-a", "b"));
        return out.toByteArray();
    }

    private static byte[] field(String name, String value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0);
        out.write(name.length());
        out.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        out.write(value.length());
        out.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    private static void frame(ByteArrayOutputStream out, int type, int flags, int stream, byte[] payload) {
        out.writeBytes(new byte[] {0, 0, (byte) payload.length, (byte) type, (byte) flags, 0, 0, 0, (byte) stream});
        out.writeBytes(payload);
    }
}
