package dev.adit.proxy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.route.OriginOptions;
import dev.adit.proxy.route.Target;
import dev.adit.proxy.testing.EngineHarness;
import dev.adit.proxy.testing.H2Client;
import dev.adit.proxy.testing.H2Origin;
import dev.adit.proxy.testing.H2Stream;
import dev.adit.proxy.testing.OriginOptionsBuilder;
import dev.adit.proxy.testing.RawOrigin;
import dev.adit.proxy.testing.Signal;
import dev.adit.proxy.testing.Waiting;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Origins that speak HTTP/2, with and without TLS. */
final class Http2OriginTest {
    private static final int MIB = 1 << 20;

    @Test
    void passesRequestAndResponseOn() {
        try (H2Origin origin = new H2Origin();
                EngineHarness engine = new EngineHarness(origin.target());
                H2Client client = engine.client()) {
            H2Stream stream = client.send(
                    H2Client.headers("PUT", "/a%2Fb/../c?x=\u00e9", "x-a", "1", "te", "trailers", "content-length", "6")
                            .authority("www.example.com"),
                    false);
            stream.send("abc");
            H2Origin.Call call = origin.next();
            assertThat(call.body(3)).isEqualTo("abc");
            stream.send("def").end();

            assertThat(call.body()).isEqualTo("abcdef");
            assertThat(call.field(":method")).isEqualTo("PUT");
            assertThat(call.field(":path")).isEqualTo("/a%2Fb/../c?x=\u00e9");
            assertThat(call.field(":authority")).isEqualTo("www.example.com");
            assertThat(call.field(":scheme")).isEqualTo("http");
            assertThat(call.field("x-a")).isEqualTo("1");
            assertThat(call.field("te")).isEqualTo("trailers");
            assertThat(call.field("content-length")).isEqualTo("6");
            call.head("100", false).head("201", false, "x-b", "2").data("answer", true);
            H2Stream.Response response = stream.response();
            assertThat(response.status()).isEqualTo("201");
            assertThat(response.field("x-b")).isEqualTo("2");
            assertThat(response.body()).isEqualTo("answer");
            engine.awaitNoStreams();
        }
    }

    /** As gRPC does: messages both ways at the same time, and the result in trailers. */
    @Test
    void carriesCallsWithTrailersBothWays() {
        try (H2Origin origin = new H2Origin();
                EngineHarness engine = new EngineHarness(origin.target());
                H2Client client = engine.client()) {
            H2Stream stream = client.open("POST", "/svc/Method", "content-type", "application/grpc", "te", "trailers");
            stream.send("one");
            H2Origin.Call call = origin.next();
            assertThat(call.body(3)).isEqualTo("one");
            call.head("200", false, "content-type", "application/grpc").data("first", false);
            stream.head();
            assertThat(stream.read(5)).isEqualTo("first");
            stream.send("two");
            assertThat(call.body(6)).isEqualTo("onetwo");
            stream.trailers("x-checksum", "7");
            call.body();
            assertThat(call.trailer("x-checksum")).isEqualTo("7");
            call.data("second", false).trailers("grpc-status", "0");

            assertThat(stream.read(6)).isEqualTo("second");
            H2Stream.Event.Headers trailers = stream.head();
            assertThat(trailers.end()).isTrue();
            assertThat(trailers.list().get("grpc-status")).hasToString("0");
        }
    }

    @Test
    void passesOnAResponseThatIsOnlyAHead() {
        try (H2Origin origin = new H2Origin();
                EngineHarness engine = new EngineHarness(origin.target());
                H2Client client = engine.client()) {
            H2Stream stream = client.request("GET", "/");
            origin.next().head("200", true, "grpc-status", "12");

            assertThat(stream.head().end()).isTrue();
        }
    }

    @Test
    void sharesOneConnectionAsFarAsTheOriginAllows() {
        try (H2Origin origin = new H2Origin(null, new Http2Settings().maxConcurrentStreams(3));
                EngineHarness engine = new EngineHarness(origin.target());
                H2Client client = engine.client()) {
            List<H2Stream> streams = new ArrayList<>();
            List<H2Origin.Call> calls = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                streams.add(client.request("GET", "/" + i));
                calls.add(origin.next());
            }
            assertThat(origin.connections()).isEqualTo(1);

            streams.add(client.request("GET", "/3"));
            calls.add(origin.next());
            assertThat(origin.connections()).isEqualTo(2);
            calls.forEach(call -> call.head("204", true));
            streams.forEach(stream -> assertThat(stream.response().status()).isEqualTo("204"));
        }
    }

    @Test
    void dialsOnceForAllWhoWait() {
        try (H2Origin origin = new H2Origin();
                EngineHarness engine = new EngineHarness(origin.target());
                H2Client client = engine.client()) {
            List<H2Stream> streams = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                streams.add(client.request("GET", "/" + i));
            }
            for (int i = 0; i < 20; i++) {
                origin.next().head("204", true);
            }
            streams.forEach(stream -> assertThat(stream.response().status()).isEqualTo("204"));
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @Test
    void sendsARequestAgainThatTheOriginHasNotLookedAt() {
        try (H2Origin origin = new H2Origin();
                EngineHarness engine = new EngineHarness(origin.target());
                H2Client client = engine.client()) {
            H2Stream stream = client.request("POST", "/");
            origin.next().reset(7);
            origin.next().head("204", true);

            assertThat(stream.response().status()).isEqualTo("204");
        }
    }

    @Test
    void dialsAgainAfterAGoAwayAndFinishesWhatWasAccepted() {
        try (H2Origin origin = new H2Origin();
                EngineHarness engine = new EngineHarness(origin.target());
                H2Client client = engine.client()) {
            H2Stream first = client.request("GET", "/1");
            H2Origin.Call accepted = origin.next();
            H2Stream second = client.request("GET", "/2");
            origin.next().goAway(accepted.id());

            H2Origin.Call again = origin.next();
            assertThat(again.field(":path")).isEqualTo("/2");
            assertThat(again.id()).isEqualTo(3);
            again.head("204", true);
            accepted.head("200", false).data("done", true);
            assertThat(second.response().status()).isEqualTo("204");
            assertThat(first.response().body()).isEqualTo("done");
            Waiting.until("the old connection is closed", () -> origin.connections() == 1);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 8, 13})
    void answers502IfTheOriginResetsBeforeTheHead(long code) {
        try (H2Origin origin = new H2Origin();
                EngineHarness engine = new EngineHarness(origin.target());
                H2Client client = engine.client()) {
            H2Stream stream = client.request("GET", "/");
            origin.next().reset(code);

            assertThat(stream.response().status()).isEqualTo("502");
            engine.awaitNoStreams();
        }
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void resetsIfTheOriginBreaksOffInTheBody(boolean wholeConnection) {
        try (H2Origin origin = new H2Origin();
                EngineHarness engine = new EngineHarness(origin.target());
                H2Client client = engine.client()) {
            H2Stream stream = client.request("GET", "/");
            H2Origin.Call call = origin.next().head("200", false).data("abc", false);
            stream.head();
            assertThat(stream.read(3)).isEqualTo("abc");
            if (wholeConnection) {
                call.breakConnection();
            } else {
                call.reset(2);
            }

            assertThat(stream.awaitReset()).isEqualTo(2);
            engine.awaitNoStreams();
        }
    }

    @Test
    void cancelsAtTheOriginIfTheEyeballGoes() {
        try (H2Origin origin = new H2Origin();
                EngineHarness engine = new EngineHarness(origin.target());
                H2Client client = engine.client()) {
            H2Stream stream = client.open("POST", "/");
            stream.send("abc");
            H2Origin.Call call = origin.next();
            stream.reset(8);

            assertThat(call.awaitReset()).isEqualTo(8);
            engine.awaitNoStreams();
        }
    }

    @Test
    void stopsAnUploadThatTheOriginAnswersEarly() {
        try (H2Origin origin = new H2Origin();
                EngineHarness engine = new EngineHarness(origin.target());
                H2Client client = engine.client()) {
            H2Stream stream = client.open("POST", "/").send("abc");
            H2Origin.Call call = origin.next();
            call.head("413", true);

            assertThat(stream.response().status()).isEqualTo("413");
            assertThat(stream.awaitReset()).isZero();
            assertThat(call.awaitReset()).isEqualTo(8);
            engine.awaitNoStreams();
        }
    }

    @Test
    void holdsLittleIfTheEyeballReadsNothing() {
        String block = "x".repeat(16 * MIB);
        try (H2Origin origin = new H2Origin();
                EngineHarness engine = new EngineHarness(origin.target());
                H2Client client = engine.client()) {
            H2Stream stream = client.requestStalled("GET", "/");
            H2Origin.Call call = origin.next().head("200", false).data(block, true);
            stream.head();
            Waiting.until("the window is used up", () -> engine.passedOn() >= 262_144);
            H2Stream other = client.request("GET", "/other");
            origin.next().head("200", false).data(block, true);
            assertThat(other.response().body()).hasSize(block.length());

            assertThat(stream.received()).isEqualTo(65_535);
            assertThat(engine.passedOn() - block.length())
                    .as("one window of the origin's stream, beside what the eyeball took")
                    .isLessThanOrEqualTo(262_144L + 65_535);
            assertThat(call.written()).isZero();
            stream.resume();
            assertThat(stream.readToEnd()).hasSize(block.length());
        }
    }

    @Test
    void holdsLittleIfTheOriginReadsNothing() {
        try (H2Origin origin = new H2Origin();
                EngineHarness engine = new EngineHarness(origin.target());
                H2Client client = engine.client()) {
            origin.stall();
            H2Stream stream = client.open("POST", "/").send("x".repeat(16 * MIB));
            H2Origin.Call call = origin.next();
            Waiting.until("the origin's window is used up", () -> call.received() == 65_535);
            Waiting.until("ours as well", () -> engine.heldBytes() > MIB / 4);

            assertThat(engine.heldBytes()).isLessThanOrEqualTo(MIB + 16_384);
            stream.reset(8);
            engine.awaitNoStreams();
        }
    }

    @Test
    void closesAConnectionThatWasIdleForTooLong() {
        OriginOptions options = new OriginOptionsBuilder()
                .keepAliveTimeout(Duration.ofMillis(200))
                .build();
        try (H2Origin origin = new H2Origin();
                EngineHarness engine = new EngineHarness(origin.target(), options);
                H2Client client = engine.client()) {
            H2Stream stream = client.request("GET", "/");
            origin.next().head("204", true);
            stream.response();

            Waiting.until("closed", () -> origin.connections() == 0);
            stream = client.request("GET", "/");
            origin.next().head("204", true);
            assertThat(stream.response().status()).isEqualTo("204");
        }
    }

    @Test
    void answers502IfTheOriginSpeaksNoHttp2() {
        try (RawOrigin origin = new RawOrigin(peer -> peer.write("HTTP/1.1 400 Bad Request\r\n\r\n"));
                EngineHarness engine = new EngineHarness(new Target.ClearHttp2Origin("127.0.0.1", origin.port()));
                H2Client client = engine.client()) {
            assertThat(client.request("GET", "/").response().status()).isEqualTo("502");
        }
    }

    @Test
    void answers504IfTheOriginSaysNothing() {
        Signal done = new Signal();
        OriginOptions options =
                new OriginOptionsBuilder().tlsTimeout(Duration.ofMillis(200)).build();
        try (RawOrigin origin = new RawOrigin(peer -> done.await());
                EngineHarness engine =
                        new EngineHarness(new Target.ClearHttp2Origin("127.0.0.1", origin.port()), options);
                H2Client client = engine.client()) {
            assertThat(client.request("GET", "/").response().status()).isEqualTo("504");
            done.give();
            Waiting.until("the origin's script has ended", () -> origin.open() == 0);
        }
    }

    @Test
    void asksForWebSocketWithHttp1() {
        try (RawOrigin origin = new RawOrigin(peer -> {
                    assertThat(peer.readHead()).contains("Upgrade: websocket\r\n");
                    peer.write("HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhello");
                });
                EngineHarness engine = new EngineHarness(new Target.ClearHttp2Origin("127.0.0.1", origin.port()));
                H2Client client = engine.client()) {
            H2Stream stream = client.open("GET", "/", "x-test-kind", "WEBSOCKET");
            stream.head();

            assertThat(stream.read(5)).isEqualTo("hello");
        }
    }

    @Test
    void negotiatesHttp2InTls() throws Exception {
        X509Bundle leaf = leaf();
        SslContext tls = SslContextBuilder.forServer(leaf.toKeyManagerFactory())
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        "h2"))
                .build();
        try (H2Origin origin = new H2Origin(tls, new Http2Settings());
                EngineHarness engine =
                        new EngineHarness(new Target.HttpOrigin(true, "127.0.0.1", origin.port()), offeringHttp2());
                H2Client client = engine.client()) {
            H2Stream stream = client.request("GET", "/");
            H2Origin.Call call = origin.next();
            assertThat(call.field(":scheme")).isEqualTo("https");
            call.head("200", false).data("secret", true);

            assertThat(stream.response().body()).isEqualTo("secret");
        }
    }

    @Test
    void fallsBackToHttp1InTls() throws Exception {
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(leaf().toKeyManagerFactory().getKeyManagers(), null, null);
        try (RawOrigin origin = RawOrigin.overTls(tls, peer -> {
                    while (true) {
                        assertThat(peer.readHead()).startsWith("GET / HTTP/1.1\r\n");
                        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                    }
                });
                EngineHarness engine =
                        new EngineHarness(new Target.HttpOrigin(true, "127.0.0.1", origin.port()), offeringHttp2());
                H2Client client = engine.client()) {
            List<H2Stream> streams = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                streams.add(client.request("GET", "/"));
            }
            streams.forEach(stream -> assertThat(stream.response().body()).isEqualTo("ok"));
            int dialed = origin.accepted();
            assertThat(client.request("GET", "/").response().body()).isEqualTo("ok");
            assertThat(origin.accepted()).isEqualTo(dialed);
        }
    }

    private static OriginOptions offeringHttp2() {
        return new OriginOptionsBuilder().noTlsVerify().http2Origin().build();
    }

    private static X509Bundle leaf() throws Exception {
        return new CertificateBuilder()
                .subject("CN=origin")
                .addSanDnsName("origin.test")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
    }
}
