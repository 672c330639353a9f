package dev.adit.edgesim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.tunnel.TunnelSpec;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What eyeballs and connectors see of each other: fields, bodies piece by piece, WebSocket over HTTP/2. */
@Timeout(60)
class PublicSideTest {
    private static final String HOST = "Host: www.example.com\r\n";

    private EdgeSim sim;
    private ConnectorDouble connector;
    private RawClient http1;
    private H2Wire http2;

    @BeforeEach
    void start() throws Exception {
        sim = EdgeSim.start(
                EdgeSimOptions.of(TunnelSpec.parse("golden=www.example.com").withToken(ConnectorDouble.GOLDEN_TOKEN))
                        .withCountry("DE"));
        connector = ConnectorDouble.registered(sim, ConnectorDouble.GOLDEN_TOKEN, 0);
        sim.awaitServing("golden", 1, Duration.ofSeconds(10)).get(10, TimeUnit.SECONDS);
        http1 = new RawClient(sim.ports().http());
        http2 = H2Wire.eyeball(sim);
    }

    @AfterEach
    void stop() throws Exception {
        http1.close();
        http2.close();
        connector.close();
        sim.close();
    }

    @Test
    void letsNoEyeballSayWhoItIs() throws Exception {
        http1.send("GET / HTTP/1.1\r\n" + HOST
                + "CF-IPCountry: US\r\nCF-Ray: 1\r\nCF-Visitor: x\r\nCF-Connecting-IP: 6.6.6.6\r\n"
                + "X-Forwarded-Proto: https\r\nX-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 2.2.2.2\r\n"
                + "CDN-Loop: other\r\nCF-EW-Via: 15\r\n\r\n");
        ConnectorDouble.DoubleStream request = connector.nextRequest();

        assertThat(request.headers().getAll("cf-ipcountry")).hasToString("[DE]");
        assertThat(request.headers().getAll("cf-ray")).hasToString("[0000000000000001-SIM]");
        assertThat(request.headers().getAll("cf-visitor")).hasToString("[{\"scheme\":\"http\"}]");
        assertThat(request.headers().getAll("cf-connecting-ip")).hasToString("[127.0.0.1]");
        assertThat(request.headers().getAll("x-forwarded-proto")).hasToString("[http]");
        assertThat(request.headers().getAll("x-forwarded-for")).hasToString("[1.1.1.1, 2.2.2.2, 127.0.0.1]");
        assertThat(request.headers().getAll("cdn-loop")).hasToString("[other, cloudflare; loops=1]");
        assertThat(request.headers().getAll("cf-ew-via")).hasToString("[15]");
    }

    @Test
    void joinsTheCrumbsOfACookie() throws Exception {
        http2.send(WireFrame.head(
                1,
                true,
                ":method",
                "GET",
                ":scheme",
                "https",
                ":authority",
                "www.example.com",
                ":path",
                "/",
                "cookie",
                "a=1",
                "host",
                "WWW.example.com",
                "cookie",
                "b=2"));
        ConnectorDouble.DoubleStream request = connector.nextRequest();

        assertThat(request.headers().getAll("cookie")).hasToString("[a=1; b=2]");
        assertThat(request.header(":authority")).isEqualTo("www.example.com");
        assertThat(request.header("cf-visitor")).isEqualTo("{\"scheme\":\"https\"}");
        assertThat(request.header("host")).isNull();
    }

    @Test
    void putsItsMarksOnAnswersOverHttp2() throws Exception {
        connector.serve(stream -> stream.answer(
                200,
                new DefaultHttpHeaders()
                        .add("Server", "origin/1")
                        .add("CF-Cache-Status", "HIT")
                        .add("CF-Ray", "mine")
                        .add("Keep-Alive", "timeout=5"),
                "x"));

        http2.get(1, "/");
        Http2Headers head = http2.decode(http2.await(WireFrame.HEADERS));

        assertThat(head.getAll("server")).hasToString("[cloudflare]");
        assertThat(head.getAll("cf-ray")).hasToString("[0000000000000001-SIM]");
        assertThat(head.getAll("cf-cache-status")).hasToString("[DYNAMIC]");
        assertThat(head.contains("keep-alive")).isFalse();
    }

    @Test
    void passesEveryChunkOnBeforeTheNextOverHttp1() throws Exception {
        http1.send("POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n");
        ConnectorDouble.DoubleStream request = connector.nextRequest();
        request.head(200, new DefaultHttpHeaders().set("Content-Type", "text/event-stream"), false);
        http1.readHead();

        for (int i = 0; i < 5; i++) {
            http1.send("2\r\nu" + i + "\r\n");
            assertThat(request.nextChunk()).isEqualTo("u" + i);
            request.data("d" + i, false);
            assertThat(http1.readUntil("d" + i + "\r\n")).isEqualTo("2\r\nd" + i + "\r\n");
        }
        http1.send("0\r\nX-Up: 1\r\n\r\n");
        assertThat(request.trailers().get(10, TimeUnit.SECONDS).get("x-up")).hasToString("1");
        request.rawHead(true, "x-down", "2");
        assertThat(http1.readHead()).isEqualTo("0\r\nx-down: 2");
    }

    @Test
    void passesEveryChunkOnBeforeTheNextOverHttp2() throws Exception {
        http2.send(WireFrame.head(1, false, H2Wire.request("POST", "/")));
        ConnectorDouble.DoubleStream request = connector.nextRequest();
        request.head(200, new DefaultHttpHeaders().set("Content-Type", "text/event-stream"), false);
        assertThat(http2.awaitStatus()).isEqualTo("200");

        for (int i = 0; i < 5; i++) {
            http2.send(WireFrame.data(1, false, "u" + i));
            assertThat(request.nextChunk()).isEqualTo("u" + i);
            request.data("d" + i, false);
            assertThat(http2.awaitData()).isEqualTo("d" + i);
        }
        http2.send(WireFrame.head(1, true, "x-up", "1"));
        assertThat(request.trailers().get(10, TimeUnit.SECONDS).get("x-up")).hasToString("1");
        request.rawHead(true, "x-down", "2");
        WireFrame trailers = http2.await(WireFrame.HEADERS);
        assertThat(trailers.has(WireFrame.END_STREAM)).isTrue();
        assertThat(http2.decode(trailers).get("x-down")).hasToString("2");
    }

    @Test
    void tellsAnHttp2EyeballToGoOn() throws Exception {
        http2.send(WireFrame.head(
                1,
                false,
                ":method",
                "POST",
                ":scheme",
                "https",
                ":authority",
                "www.example.com",
                ":path",
                "/",
                "expect",
                "100-continue"));
        ConnectorDouble.DoubleStream request = connector.nextRequest();
        request.rawHead(false, ":status", "100");

        assertThat(http2.awaitStatus()).isEqualTo("100");
        http2.send(WireFrame.data(1, true, "hello"));
        assertThat(request.body().get(10, TimeUnit.SECONDS)).isEqualTo("hello");
        request.answer("thanks");
        assertThat(http2.awaitStatus()).isEqualTo("200");
    }

    @Test
    void sendsBodiesInWholeFramesWhenStreamsCompete() throws Exception {
        connector.serve(stream -> {
            stream.head(200, new DefaultHttpHeaders(), false);
            stream.pump(200_000);
        });
        http2.send(WireFrame.setting(4, 1 << 20), WireFrame.windowUpdate(0, 1 << 24));
        http2.get(1, "/a");
        http2.get(3, "/b");
        int frames = 0;
        int ends = 0;
        while (ends < 2) {
            WireFrame data = http2.await(WireFrame.DATA);
            frames++;
            ends += data.has(WireFrame.END_STREAM) ? 1 : 0;
        }

        // Netty's own distributor makes some 200 of each.
        assertThat(frames).isLessThan(150);
    }

    @Test
    void opensAWebSocketOverHttp2() throws Exception {
        assertThat(http2.await(WireFrame.SETTINGS).payload()).containsSequence(0, 8, 0, 0, 0, 1);
        http2.send(WireFrame.head(
                1,
                false,
                ":method",
                "CONNECT",
                ":protocol",
                "websocket",
                ":scheme",
                "https",
                ":authority",
                "www.example.com",
                ":path",
                "/chat?x",
                "sec-websocket-version",
                "13",
                "sec-websocket-protocol",
                "chat"));
        ConnectorDouble.DoubleStream stream = connector.nextRequest();

        assertThat(stream.header(":method")).isEqualTo("GET");
        assertThat(stream.header(":path")).isEqualTo("/chat?x");
        assertThat(stream.header("cf-cloudflared-proxy-connection-upgrade")).isEqualTo("websocket");
        assertThat(stream.header("sec-websocket-protocol")).isEqualTo("chat");
        assertThat(stream.header("sec-websocket-key")).hasSize(24);
        assertThat(stream.headers().names()).noneMatch(name -> name.toString().matches(":protocol|upgrade|connection"));
        assertThat(stream.bodyless()).isFalse();

        stream.head(
                200,
                new DefaultHttpHeaders()
                        .add("Upgrade", "websocket")
                        .add("Connection", "Upgrade")
                        .add("Sec-WebSocket-Protocol", "chat")
                        .add("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
                false);
        Http2Headers head = http2.decode(http2.await(WireFrame.HEADERS));
        assertThat(head.status()).hasToString("200");
        assertThat(head.get("sec-websocket-protocol")).hasToString("chat");
        assertThat(head.names()).noneMatch(name -> name.toString().matches("upgrade|connection|sec-websocket-accept"));

        http2.send(WireFrame.data(1, false, "up"));
        assertThat(stream.nextChunk()).isEqualTo("up");
        stream.data("down", false);
        assertThat(http2.awaitData()).isEqualTo("down");
        http2.send(WireFrame.data(1, true, ""));
        assertThat(stream.body().get(10, TimeUnit.SECONDS)).isEqualTo("up");
        stream.data("", true);
        assertThat(http2.await(WireFrame.DATA).has(WireFrame.END_STREAM)).isTrue();
    }

    @Test
    void refusesAWebSocketThatTheOriginAnswersWithAPage() throws Exception {
        connector.serve(stream -> stream.answer("just a page"));
        http2.send(WireFrame.head(
                1,
                false,
                ":method",
                "CONNECT",
                ":protocol",
                "websocket",
                ":scheme",
                "https",
                ":authority",
                "www.example.com",
                ":path",
                "/"));

        assertThat(http2.awaitStatus()).isEqualTo("502");
    }
}
