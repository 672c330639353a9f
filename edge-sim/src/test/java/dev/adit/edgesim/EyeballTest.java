package dev.adit.edgesim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.edgesim.eyeball.PublicRequest;
import dev.adit.edgesim.tunnel.TunnelSpec;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class EyeballTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final BlockingQueue<PublicRequest> log = new LinkedBlockingQueue<>();
    private EdgeSim sim;
    private ConnectorDouble connector;
    private RawClient eyeball;

    @BeforeEach
    void start() throws Exception {
        sim = EdgeSim.start(EdgeSimOptions.of(
                        TunnelSpec.parse("golden=www.example.com").withToken(ConnectorDouble.GOLDEN_TOKEN),
                        TunnelSpec.parse("idle=idle.example.com"))
                .withRequestLog(log::add));
        connector = ConnectorDouble.registered(sim, ConnectorDouble.GOLDEN_TOKEN, 0);
        sim.awaitServing("golden", 1, LIMIT).get(10, TimeUnit.SECONDS);
        eyeball = new RawClient(sim.ports().http());
    }

    @AfterEach
    void stop() throws IOException {
        eyeball.close();
        connector.close();
        sim.close();
    }

    @Test
    void putsTheEdgesHeadersOnAndTakesHopByHopOnesOff() throws Exception {
        connector.serve(stream -> stream.answer("hello"));

        eyeball.send(String.join(
                "\r\n",
                "GET /a?b=1 HTTP/1.1",
                "Host: WWW.Example.COM:8088",
                "User-Agent: UA/1",
                "X-Mixed-Case: v",
                "Connection: keep-alive, X-Gone",
                "X-Gone: 1",
                "Keep-Alive: 5",
                "Proxy-Connection: x",
                "TE: trailers, gzip",
                "CF-Connecting-IP: 6.6.6.6",
                "X-Forwarded-For: 1.2.3.4",
                "CF-Cloudflared-Proxy-Src: evil",
                "Cf-Cloudflared-Proxy-Connection-Upgrade: control-stream",
                "Cookie: a=1; b=2",
                "",
                ""));
        ConnectorDouble.DoubleStream request = connector.nextRequest();

        assertThat(request.id()).isEqualTo(3);
        assertThat(request.bodyless()).isTrue();
        assertThat(request.header(":method")).isEqualTo("GET");
        assertThat(request.header(":path")).isEqualTo("/a?b=1");
        assertThat(request.header(":authority")).isEqualTo("WWW.Example.COM:8088");
        assertThat(request.header(":scheme")).isEqualTo("http");
        assertThat(request.header("user-agent")).isEqualTo("UA/1");
        assertThat(request.header("x-mixed-case")).isEqualTo("v");
        assertThat(request.header("cookie")).isEqualTo("a=1; b=2");
        assertThat(request.header("te")).isEqualTo("trailers");
        assertThat(request.header("cf-connecting-ip")).isEqualTo("127.0.0.1");
        assertThat(request.header("x-forwarded-for")).isEqualTo("1.2.3.4, 127.0.0.1");
        assertThat(request.header("x-forwarded-proto")).isEqualTo("http");
        assertThat(request.header("cf-visitor")).isEqualTo("{\"scheme\":\"http\"}");
        assertThat(request.header("cdn-loop")).isEqualTo("cloudflare; loops=1");
        assertThat(request.header("cf-ray")).isEqualTo("0000000000000001-SIM");
        assertThat(request.headers().names().stream().map(CharSequence::toString))
                .doesNotContain(
                        "connection",
                        "keep-alive",
                        "proxy-connection",
                        "x-gone",
                        "host",
                        "cf-cloudflared-proxy-src",
                        "cf-cloudflared-proxy-connection-upgrade")
                .allSatisfy(name -> assertThat(name).isLowerCase());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/a%2Fb/../c//d/%2e%2e/e?x=1&y=%20z;q", "/%", "//host/x", "/\u00e9\u00ff|\"<>", "/?", "/#f"})
    void forwardsThePathByteForByte(String path) throws Exception {
        connector.serve(stream -> stream.answer("ok"));

        eyeball.send("GET " + path + " HTTP/1.1\r\nHost: www.example.com\r\n\r\n");

        assertThat(connector.nextRequest().header(":path")).isEqualTo(path);
    }

    @Test
    void answersWithThePackedHeadersOnly() throws Exception {
        HttpHeaders origin = new DefaultHttpHeaders()
                .add("Content-Type", "text/html")
                .add("Set-Cookie", "a=1")
                .add("Set-Cookie", "b=2")
                .add("X-Utf8", "caf\u00c3\u00a9")
                .add("Keep-Alive", "timeout=5")
                .add("Connection", "X-Hop")
                .add("X-Hop", "gone")
                .add("Upgrade", "foo");
        connector.serve(stream -> stream.answer(200, origin, "hello"));

        eyeball.send("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n");

        assertThat(eyeball.readUntil("hello"))
                .isEqualTo("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"
                        + "X-Utf8: caf\u00c3\u00a9\r\nContent-Length: 5\r\n" + marks(1) + "\r\n\r\nhello");
    }

    @Test
    void answersPipelinedRequestsInOrder() throws Exception {
        connector.serve(stream -> stream.answer("<" + stream.header(":path") + ">"));

        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            all.append("GET /").append(i).append(" HTTP/1.1\r\nHost: www.example.com\r\n\r\n");
        }
        eyeball.send(all.toString());

        String answers = eyeball.readUntil("</39>");
        int at = 0;
        for (int i = 0; i < 40; i++) {
            at = answers.indexOf("</" + i + ">", at);
            assertThat(at).as("answer %d", i).isPositive();
        }
    }

    @Test
    void streamsAChunkedBodyWithTrailers() throws Exception {
        eyeball.send(
                "POST /up HTTP/1.1\r\nHost: www.example.com\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n");
        eyeball.send("5\r\nhello\r\n");
        ConnectorDouble.DoubleStream request = connector.nextRequest();

        assertThat(request.bodyless()).isFalse();
        assertThat(request.header("content-length")).isNull();
        assertThat(request.header("transfer-encoding")).isNull();
        assertThat(request.nextChunk()).isEqualTo("hello");
        eyeball.send("3\r\nfoo\r\n0\r\nX-Sum: 42\r\n\r\n");
        assertThat(request.body().get(10, TimeUnit.SECONDS)).isEqualTo("hellofoo");
        assertThat(request.trailers().get(10, TimeUnit.SECONDS).get("x-sum")).hasToString("42");
    }

    @Test
    void forwardsAKnownLength() throws Exception {
        eyeball.send("POST /up HTTP/1.1\r\nHost: www.example.com\r\nContent-Length: 5\r\n\r\nhello");
        ConnectorDouble.DoubleStream request = connector.nextRequest();

        assertThat(request.header("content-length")).isEqualTo("5");
        assertThat(request.body().get(10, TimeUnit.SECONDS)).isEqualTo("hello");
    }

    @Test
    void tellsTheEyeballToGoOnWhenTheConnectorDoes() throws Exception {
        eyeball.send("POST /up HTTP/1.1\r\nHost: www.example.com\r\nExpect: 100-Continue\r\nContent-Length: 5\r\n\r\n");
        ConnectorDouble.DoubleStream request = connector.nextRequest();
        assertThat(request.header("expect")).isEqualToIgnoringCase("100-continue");

        request.rawHead(false, ":status", "100");
        assertThat(eyeball.readHead()).isEqualTo("HTTP/1.1 100 Continue");
        eyeball.send("hello");
        assertThat(request.body().get(10, TimeUnit.SECONDS)).isEqualTo("hello");
        request.answer("thanks");

        assertThat(eyeball.readUntil("thanks"))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .doesNotContain("close");
    }

    @Test
    void closesAfterAnAnswerInsteadOfContinue() throws Exception {
        connector.serve(stream -> stream.answer(413, new DefaultHttpHeaders(), "too big"));

        eyeball.send("POST /up HTTP/1.1\r\nHost: www.example.com\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");

        assertThat(eyeball.readAll())
                .startsWith("HTTP/1.1 413 ")
                .containsIgnoringCase("connection: close")
                .endsWith("too big");
    }

    @Test
    void takesTheNextRequestAfterAnEarlyAnswer() throws Exception {
        connector.serve(stream -> stream.answer("<" + stream.header(":path") + ">"));

        eyeball.send("POST /up HTTP/1.1\r\nHost: www.example.com\r\nContent-Length: 10\r\n\r\nhello");
        eyeball.readUntil("</up>");
        eyeball.send("worldGET /next HTTP/1.1\r\nHost: www.example.com\r\n\r\n");

        eyeball.readUntil("</next>");
        assertThat(connector.nextRequest().whenReset().get(10, TimeUnit.SECONDS))
                .isEqualTo(8);
    }

    @Test
    void chunksAnAnswerOfUnknownLengthAndPassesTrailersOn() throws Exception {
        eyeball.send("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n");
        ConnectorDouble.DoubleStream request = connector.nextRequest();
        request.head(200, new DefaultHttpHeaders(), false);
        request.data("abc", false);
        assertThat(eyeball.readHead()).isEqualTo("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n" + marks(1));
        assertThat(eyeball.readUntil("abc\r\n")).isEqualTo("3\r\nabc\r\n");

        request.rawHead(true, "x-t1", "one", "content-length", "7");

        assertThat(eyeball.readHead()).isEqualTo("0\r\nx-t1: one");
    }

    @Test
    void sendsNoBodyWhereNoneIsAllowed() throws Exception {
        connector.serve(stream -> {
            switch (String.valueOf(stream.header(":path"))) {
                case "/head" -> stream.head(200, new DefaultHttpHeaders().set("Content-Length", 4321), true);
                case "/204" -> {
                    stream.head(204, new DefaultHttpHeaders().set("X-A", "b"), false);
                    stream.data("", true);
                }
                case "/304" -> stream.head(304, new DefaultHttpHeaders().set("Content-Length", 77), true);
                default -> stream.head(200, new DefaultHttpHeaders(), true);
            }
        });

        eyeball.send("HEAD /head HTTP/1.1\r\nHost: www.example.com\r\n\r\n");
        assertThat(eyeball.readHead()).isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 4321\r\n" + marks(1));
        eyeball.send("GET /204 HTTP/1.1\r\nHost: www.example.com\r\n\r\n");
        assertThat(eyeball.readHead()).isEqualTo("HTTP/1.1 204 No Content\r\nX-A: b\r\n" + marks(2));
        eyeball.send("GET /304 HTTP/1.1\r\nHost: www.example.com\r\n\r\n");
        assertThat(eyeball.readHead()).isEqualTo("HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\n" + marks(3));
        eyeball.send("GET /empty HTTP/1.1\r\nHost: www.example.com\r\n\r\n");
        assertThat(eyeball.readHead()).isEqualTo("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n" + marks(4));
    }

    @Test
    void servesAnHttp10EyeballUntilTheConnectionEnds() throws Exception {
        eyeball.send("GET / HTTP/1.0\r\nHost: www.example.com\r\n\r\n");
        ConnectorDouble.DoubleStream request = connector.nextRequest();
        request.head(200, new DefaultHttpHeaders(), false);
        request.data("abc", true);

        assertThat(eyeball.readAll()).isEqualTo("HTTP/1.1 200 OK\r\n" + marks(1) + "\r\nconnection: close\r\n\r\nabc");
    }

    @Test
    void breaksTheConnectionWhenTheAnswerBreaksOff() throws Exception {
        eyeball.send("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n");
        ConnectorDouble.DoubleStream request = connector.nextRequest();
        request.head(200, new DefaultHttpHeaders(), false);
        request.data("abc", false);
        eyeball.readUntil("abc\r\n");

        request.rst(2);

        assertThat(eyeball.readAll()).isEmpty();
    }

    @Test
    void breaksTheConnectionWhenTheAnswerIsTooShort() throws Exception {
        eyeball.send("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n");
        ConnectorDouble.DoubleStream request = connector.nextRequest();
        request.head(200, new DefaultHttpHeaders().set("Content-Length", 10), false);
        request.data("abc", true);

        assertThat(eyeball.readAll()).endsWith("\r\n\r\nabc");
    }

    @Test
    void answers502WhenTheStreamIsResetBeforeTheHead() throws Exception {
        connector.serve(stream -> stream.rst(2));

        assertThat(get("www.example.com")).startsWith("HTTP/1.1 502 ").contains("broke off before");
    }

    @Test
    void answers502WhenTheConnectorIsGoneBeforeTheHead() throws Exception {
        eyeball.send("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n");
        connector.nextRequest();

        sim.sessions("golden").get(0).closeTcp();

        assertThat(eyeball.readUntil("</html>")).startsWith("HTTP/1.1 502 ");
    }

    @Test
    void answers502WithoutMeta() throws Exception {
        connector.serve(stream -> stream.rawHead(true, ":status", "200", "cf-cloudflared-response-headers", ""));

        assertThat(get("www.example.com")).startsWith("HTTP/1.1 502 ").contains("failed to speak its protocol");
    }

    @ParameterizedTest
    @ValueSource(strings = {"WA", "WA:x:y", "!!:!!", "WA:YQ0KYg"})
    void answers502ForHeadersThatCantBeUnpackedSafely(String packed) throws Exception {
        connector.serve(stream -> stream.rawHead(
                true,
                ":status",
                "200",
                "cf-cloudflared-response-headers",
                packed,
                "cf-cloudflared-response-meta",
                "{\"src\":\"origin\"}"));

        assertThat(get("www.example.com")).startsWith("HTTP/1.1 502 ").contains("can&#39;t be read");
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 503, 504})
    void showsAPageForTheConnectorsOwnErrors(int status) throws Exception {
        connector.serve(stream -> stream.rawHead(
                true,
                ":status",
                Integer.toString(status),
                "cf-cloudflared-response-meta",
                "{\"src\":\"cloudflared\"}",
                "content-length",
                "0"));

        assertThat(get("www.example.com"))
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("<title>" + status)
                .contains("ray 0000000000000001-SIM");
    }

    @Test
    void knowsNoOtherHost() throws Exception {
        assertThat(get("other.example.com")).startsWith("HTTP/1.1 404 ").contains("other.example.com");
    }

    @Test
    void saysThatATunnelIsDown() throws Exception {
        assertThat(get("idle.example.com")).startsWith("HTTP/1.1 530 ").contains("no connector of it is registered");
    }

    @Test
    void answersInJsonWhenAskedFor() throws Exception {
        eyeball.send("GET / HTTP/1.1\r\nHost: idle.example.com\r\nAccept: application/json\r\n\r\n");

        assertThat(eyeball.readUntil("}"))
                .contains("content-type: application/json")
                .contains("{\"status\":530,\"code\":1033,\"title\":\"Tunnel down\"")
                .contains("\"ray\":\"0000000000000001-SIM\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: user@www.example.com\r\n\r\n",
                "GET nothing HTTP/1.1\r\nHost: www.example.com\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: www.example.com\r\nBad Name: x\r\n\r\n",
                "GET * HTTP/1.1\r\nHost: www.example.com\r\n\r\n"
            })
    void refusesBadRequests(String request) throws Exception {
        eyeball.send(request);

        assertThat(eyeball.readUntil("</html>")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void refusesConnect() throws Exception {
        eyeball.send("CONNECT www.example.com:443 HTTP/1.1\r\nHost: www.example.com\r\n\r\n");

        assertThat(eyeball.readUntil("</html>")).startsWith("HTTP/1.1 405 ");
    }

    @Test
    void boundsTheRequestLineAndTheHeaders() throws Exception {
        eyeball.send("GET /" + "a".repeat(40_000) + " HTTP/1.1\r\nHost: www.example.com\r\n\r\n");
        assertThat(eyeball.readUntil("</html>")).startsWith("HTTP/1.1 414 ");

        try (RawClient other = new RawClient(sim.ports().http())) {
            other.send("GET / HTTP/1.1\r\nHost: www.example.com\r\nX-Big: " + "a".repeat(70_000) + "\r\n\r\n");
            assertThat(other.readUntil("</html>")).startsWith("HTTP/1.1 431 ");
        }
    }

    @Test
    void takesAbsoluteForm() throws Exception {
        connector.serve(stream -> stream.answer("ok"));

        eyeball.send("GET http://www.example.com?q HTTP/1.1\r\nHost: other.example\r\n\r\n");
        ConnectorDouble.DoubleStream request = connector.nextRequest();

        assertThat(request.header(":authority")).isEqualTo("www.example.com");
        assertThat(request.header(":path")).isEqualTo("/?q");
    }

    @Test
    void resetsTheStreamWhenTheEyeballLeaves() throws Exception {
        eyeball.send("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n");
        ConnectorDouble.DoubleStream request = connector.nextRequest();

        eyeball.close();

        assertThat(request.whenReset().get(10, TimeUnit.SECONDS)).isEqualTo(8);
        assertThat(log.poll(10, TimeUnit.SECONDS))
                .satisfies(entry -> assertThat(entry.status()).isEqualTo(499));
    }

    @Test
    void acceptsVeryLargePackedHeaders() throws Exception {
        String big = "x".repeat(60_000);
        HttpHeaders origin = new DefaultHttpHeaders();
        for (int i = 0; i < 8; i++) {
            origin.add("X-Big-" + i, big);
        }
        connector.serve(stream -> stream.answer(200, origin, "ok"));

        eyeball.send("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n");

        assertThat(eyeball.readHead()).hasSizeGreaterThan(480_000);
    }

    @Test
    void logsOneLineARequest() throws Exception {
        connector.serve(stream -> stream.answer("hello"));
        eyeball.send("GET /x?y HTTP/1.1\r\nHost: WWW.example.com\r\n\r\n");
        eyeball.readUntil("hello");

        PublicRequest entry = log.poll(10, TimeUnit.SECONDS);

        assertThat(entry).isNotNull();
        assertThat(entry.line()).matches("GET www.example.com/x\\?y 200 \\d+ ms 5 bytes via golden/0");
    }

    @Test
    void spreadsRequestsOverTheConnections() throws Exception {
        try (ConnectorDouble second = ConnectorDouble.registered(sim, ConnectorDouble.GOLDEN_TOKEN, 1)) {
            sim.awaitServing("golden", 2, LIMIT).get(10, TimeUnit.SECONDS);
            BlockingQueue<String> answeredBy = new LinkedBlockingQueue<>();
            connector.serve(stream -> answeredBy.add("first"));
            second.serve(stream -> answeredBy.add("second"));

            eyeball.send("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n");
            String busy = answeredBy.poll(10, TimeUnit.SECONDS);
            ConnectorDouble idle = "first".equals(busy) ? second : connector;
            idle.serve(stream -> stream.answer("from the idle one"));

            try (RawClient other = new RawClient(sim.ports().http())) {
                for (int i = 0; i < 5; i++) {
                    other.send("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n");
                    other.readUntil("from the idle one");
                }
            }
        }
    }

    @Test
    void usesNoConnectionThatSaidGoAway() throws Exception {
        sim.sessions("golden").get(0).sayGoAway();
        connector.whenGoAway().get(10, TimeUnit.SECONDS);

        assertThat(get("www.example.com")).startsWith("HTTP/1.1 530 ");
    }

    @Test
    void refusesAPortThatIsTaken() {
        Ports taken = new Ports(0, 0, sim.ports().http());

        assertThatThrownBy(() -> EdgeSim.start(
                        EdgeSimOptions.of(TunnelSpec.parse("a=b.example")).withPorts(taken)))
                .isInstanceOf(PortInUseException.class)
                .hasMessageContaining("127.0.0.1:" + sim.ports().http())
                .hasMessageContaining("http port");
    }

    // What the edge puts on the answer to the request with this number.
    private static String marks(int request) {
        return "Server: cloudflare\r\nCF-RAY: 000000000000000" + request + "-SIM\r\nCF-Cache-Status: DYNAMIC";
    }

    private String get(String host) throws IOException {
        return get(host, "</html>");
    }

    private String get(String host, String end) throws IOException {
        eyeball.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        return eyeball.readUntil(end);
    }
}
