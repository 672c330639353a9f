package dev.adit.edgesim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.tunnel.TunnelSpec;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WebSocketTest {
    private static final String UPGRADE = String.join(
            "\r\n",
            "GET /ws HTTP/1.1",
            "Host: www.example.com",
            "Upgrade: WebSocket",
            "Connection: keep-alive, Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Protocol: chat",
            "Sec-WebSocket-Version: 13",
            "",
            "");

    private EdgeSim sim;
    private ConnectorDouble connector;
    private RawClient eyeball;

    @BeforeEach
    void start() throws Exception {
        sim = EdgeSim.start(
                EdgeSimOptions.of(TunnelSpec.parse("golden=www.example.com").withToken(ConnectorDouble.GOLDEN_TOKEN)));
        connector = ConnectorDouble.registered(sim, ConnectorDouble.GOLDEN_TOKEN, 0);
        sim.awaitServing("golden", 1, Duration.ofSeconds(10)).get(10, TimeUnit.SECONDS);
        eyeball = new RawClient(sim.ports().http());
    }

    @AfterEach
    void stop() throws IOException {
        eyeball.close();
        connector.close();
        sim.close();
    }

    @Test
    void carriesBytesBothWays() throws Exception {
        ConnectorDouble.DoubleStream stream = upgraded();

        eyeball.send("\u0081\u0082ab");
        assertThat(stream.nextChunk()).isEqualTo("\u0081\u0082ab");
        stream.data("\u0000\u00ff one", false);
        assertThat(eyeball.readUntil("one")).isEqualTo("\u0000\u00ff one");
        eyeball.send("two");
        assertThat(stream.nextChunk()).isEqualTo("two");
    }

    @Test
    void marksTheStreamAndLeavesItOpen() throws Exception {
        eyeball.send(UPGRADE);
        ConnectorDouble.DoubleStream stream = connector.nextRequest();

        assertThat(stream.bodyless()).isFalse();
        assertThat(stream.header("cf-cloudflared-proxy-connection-upgrade")).isEqualTo("websocket");
        assertThat(stream.header("sec-websocket-key")).isEqualTo("dGhlIHNhbXBsZSBub25jZQ==");
        assertThat(stream.header("sec-websocket-protocol")).isEqualTo("chat");
        assertThat(stream.header("upgrade")).isNull();
        assertThat(stream.header("connection")).isNull();
        assertThat(stream.body()).isNotDone();
    }

    @Test
    void passesARefusalOn() throws Exception {
        connector.serve(stream -> stream.answer(403, new DefaultHttpHeaders(), "no"));

        eyeball.send(UPGRADE);

        assertThat(eyeball.readUntil("\r\n\r\nno")).startsWith("HTTP/1.1 403 Forbidden\r\n");
        assertThat(connector.nextRequest().whenReset().get(10, TimeUnit.SECONDS))
                .isEqualTo(8);
        connector.serve(stream -> stream.answer("again"));
        eyeball.send("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n");
        eyeball.readUntil("again");
    }

    @Test
    void treatsA200WithoutAcceptAsAnOrdinaryAnswer() throws Exception {
        connector.serve(stream -> stream.answer("just a page"));

        eyeball.send(UPGRADE);

        assertThat(eyeball.readUntil("just a page")).startsWith("HTTP/1.1 200 OK\r\n");
    }

    @Test
    void closesTheEyeballAfterTheLastBytesOfTheOrigin() throws Exception {
        ConnectorDouble.DoubleStream stream = upgraded();

        stream.data("last", false);
        stream.data("", true);

        assertThat(eyeball.readAll()).isEqualTo("last");
    }

    @Test
    void endsTheStreamAfterTheLastBytesOfTheEyeball() throws Exception {
        ConnectorDouble.DoubleStream stream = upgraded();

        eyeball.send("last");
        eyeball.close();

        assertThat(stream.body().get(10, TimeUnit.SECONDS)).isEqualTo("last");
    }

    @Test
    void closesTheEyeballWhenTheStreamIsReset() throws Exception {
        ConnectorDouble.DoubleStream stream = upgraded();

        stream.rst(2);

        assertThat(eyeball.readAll()).isEmpty();
    }

    private ConnectorDouble.DoubleStream upgraded() throws Exception {
        eyeball.send(UPGRADE);
        ConnectorDouble.DoubleStream stream = connector.nextRequest();
        HttpHeaders origin = new DefaultHttpHeaders()
                .add("Upgrade", "websocket")
                .add("Connection", "Upgrade")
                .add("Sec-Websocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        stream.head(200, origin, false);
        assertThat(eyeball.readHead())
                .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
                .contains("\r\nSec-Websocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                .containsIgnoringCase("\r\nupgrade: websocket")
                .containsIgnoringCase("\r\nconnection: upgrade");
        return stream;
    }
}
