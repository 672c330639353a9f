package dev.adit.edgesim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.eyeball.Patience;
import dev.adit.edgesim.eyeball.PublicLimits;
import dev.adit.edgesim.tunnel.TunnelSpec;
import dev.adit.proxy.testing.Waiting;
import io.netty.handler.codec.http2.Http2Error;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How much an eyeball may send, and how long everybody may take. */
@Timeout(60)
class PublicLimitsTest {
    private static final String HOST = "Host: www.example.com\r\n";
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int NEWCOMERS = 512;

    private EdgeSim sim;
    private ConnectorDouble connector;
    private RawClient http1;
    private H2Wire http2;

    @BeforeEach
    void startWithoutLimits() throws Exception {
        start(PublicLimits.none());
    }

    private void restart(PublicLimits limits) throws Exception {
        stop();
        start(limits);
    }

    private void start(PublicLimits limits) throws Exception {
        sim = EdgeSim.start(
                EdgeSimOptions.of(TunnelSpec.parse("golden=www.example.com").withToken(ConnectorDouble.GOLDEN_TOKEN))
                        .withPublicLimits(limits));
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
    void refusesADeclaredBodyThatIsTooLargeAtOnce() throws Exception {
        restart(PublicLimits.none().withBodyBytes(10));
        connector.serve(stream -> stream.body().thenAccept(body -> stream.answer("got " + body.length())));

        http1.send("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 10\r\n\r\n0123456789");
        assertThat(http1.readUntil("got 10")).startsWith("HTTP/1.1 200 ");
        http1.send("POST / HTTP/1.1\r\n" + HOST + "Expect: 100-continue\r\nContent-Length: 11\r\n\r\n");
        assertThat(http1.readUntil("</html>")).startsWith("HTTP/1.1 413 ").contains("at most 10 bytes");
        http2.send(WireFrame.head(
                1,
                false,
                ":method",
                "PUT",
                ":scheme",
                "https",
                ":authority",
                "www.example.com",
                ":path",
                "/",
                "content-length",
                "11"));
        assertThat(http2.outcome()).isEqualTo("STATUS 1 413");
        assertThat(http2.outcome()).isEqualTo("RESET 1 NO_ERROR");
        assertThat(connector.nextRequest().header("content-length")).isEqualTo("10");
    }

    @Test
    void cutsABodyOffThatGrowsTooLarge() throws Exception {
        restart(PublicLimits.none().withBodyBytes(10));

        http1.send("POST /1 HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n");
        ConnectorDouble.DoubleStream first = connector.nextRequest();
        assertThat(first.nextChunk()).isEqualTo("0123456789");
        http1.send("1\r\nx\r\n");
        assertThat(http1.readUntil("</html>")).startsWith("HTTP/1.1 413 ");
        assertThat(first.whenReset().get(10, TimeUnit.SECONDS)).isEqualTo(Http2Error.CANCEL.code());

        http2.send(WireFrame.head(1, false, H2Wire.request("POST", "/2")), WireFrame.data(1, false, "0123456789x"));
        assertThat(http2.outcome()).isEqualTo("STATUS 1 413");
        assertThat(http2.outcome()).isEqualTo("RESET 1 NO_ERROR");
        assertThat(connector.nextRequest().whenReset().get(10, TimeUnit.SECONDS))
                .isEqualTo(Http2Error.CANCEL.code());
    }

    @Test
    void answers524WhenTheOriginTakesTooLong() throws Exception {
        restart(PublicLimits.none().withResponse(SHORT));

        http1.send("GET / HTTP/1.1\r\n" + HOST + "\r\n");
        assertThat(http1.readUntil("</html>")).startsWith("HTTP/1.1 524 ").contains("within 300 ms");
        assertThat(connector.nextRequest().whenReset().get(10, TimeUnit.SECONDS))
                .isEqualTo(Http2Error.CANCEL.code());
        http2.get(1, "/");
        assertThat(http2.outcome()).isEqualTo("STATUS 1 524");
    }

    @Test
    void answers408WhenAnEyeballStopsInItsBody() throws Exception {
        restart(PublicLimits.none().withPatience(new Patience(LONG, LONG, SHORT)));

        http1.send("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 9\r\n\r\nabc");
        assertThat(http1.readUntil("</html>")).startsWith("HTTP/1.1 408 ");
        assertThat(connector.nextRequest().whenReset().get(10, TimeUnit.SECONDS))
                .isEqualTo(Http2Error.CANCEL.code());
        http2.send(WireFrame.head(1, false, H2Wire.request("POST", "/")));
        assertThat(http2.outcome()).isEqualTo("STATUS 1 408");
    }

    @Test
    void closesThoseWhoDoNotFinishAHead() throws Exception {
        restart(PublicLimits.none().withPatience(new Patience(SHORT, LONG, LONG)));

        assertThat(http1.isClosedBySim()).isTrue();
        try (RawClient trickling = new RawClient(sim.ports().http());
                RawClient silentTls = new RawClient(sim.ports().https());
                H2Wire silentHttp2 = H2Wire.silentEyeball(sim);
                H2Wire halfAFrame = H2Wire.eyeball(sim);
                H2Wire halfAHead = H2Wire.eyeball(sim)) {
            trickling.send("GET / HTTP/1.1\r\nHo");
            halfAFrame.sendBytes(new byte[] {0, 0, 8});
            halfAHead.send(new WireFrame(
                    WireFrame.HEADERS, WireFrame.END_STREAM, 1, WireFrame.fields(H2Wire.request("GET", "/"))));

            assertThat(trickling.isClosedBySim()).isTrue();
            assertThat(silentTls.isClosedBySim()).isTrue();
            for (H2Wire wire : List.of(silentHttp2, halfAFrame, halfAHead)) {
                assertThat(wire.outcome()).isEqualTo("GOAWAY ENHANCE_YOUR_CALM");
                wire.awaitEnd();
            }
        }
    }

    @Test
    void closesAnIdleHttp2Connection() throws Exception {
        restart(PublicLimits.none().withPatience(new Patience(LONG, SHORT, LONG)));
        connector.serve(stream -> stream.answer("x"));

        http2.get(1, "/");
        assertThat(http2.awaitData()).isEqualTo("x");

        assertThat(http2.outcome()).isEqualTo("GOAWAY NO_ERROR");
        http2.awaitEnd();
    }

    @Test
    void letsTheEldestGoWhenTooManySayNothing() throws Exception {
        connector.serve(stream -> stream.answer("here"));
        http1.send("GET / HTTP/1.1\r\n" + HOST + "\r\n");
        http1.readUntil("here");
        int before = sim.openSockets();
        List<RawClient> silent = new ArrayList<>();
        try {
            for (int i = 0; i <= NEWCOMERS; i++) {
                silent.add(new RawClient(sim.ports().http()));
            }

            assertThat(silent.get(0).isClosedBySim()).isTrue();
            Waiting.until("the others are kept", () -> sim.openSockets() == before + NEWCOMERS);
            http1.send("GET / HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(http1.readUntil("here")).startsWith("HTTP/1.1 200 ");
            silent.get(NEWCOMERS).send("GET / HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(silent.get(NEWCOMERS).readUntil("here")).startsWith("HTTP/1.1 200 ");
        } finally {
            for (RawClient client : silent) {
                client.close();
            }
        }
    }
}
