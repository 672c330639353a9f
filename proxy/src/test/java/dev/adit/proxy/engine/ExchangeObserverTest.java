package dev.adit.proxy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.route.Target;
import dev.adit.proxy.testing.EngineHarness;
import dev.adit.proxy.testing.H2Client;
import dev.adit.proxy.testing.H2Stream;
import dev.adit.proxy.testing.OriginOptionsBuilder;
import dev.adit.proxy.testing.RawOrigin;
import dev.adit.proxy.testing.RawPeer;
import dev.adit.proxy.testing.Signal;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What an observer is told of exchanges; that each one ends once, the harness asserts in every test of the engine. */
final class ExchangeObserverTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String SWITCH =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

    @Test
    void hearsOfARequestAndItsAnswer() {
        try (RawOrigin origin = RawOrigin.answering(OK);
                EngineHarness engine = new EngineHarness(origin.target());
                H2Client client = engine.client()) {
            client.request("GET", "/").response();

            assertThat(engine.tally().next()).isEqualTo("HTTP rule=0 status=200 failure=none received=0 sent=2");
        }
    }

    @Test
    void countsTheBytesOfAnUpload() {
        try (RawOrigin origin = new RawOrigin(peer -> {
                    peer.readHead();
                    peer.read(5);
                    peer.write(OK);
                    peer.readToEnd();
                });
                EngineHarness engine = new EngineHarness(origin.target());
                H2Client client = engine.client()) {
            client.open("POST", "/", "content-length", "5").send("hello").end().response();

            assertThat(engine.tally().next()).isEqualTo("HTTP rule=0 status=200 failure=none received=5 sent=2");
        }
    }

    @Test
    void hearsOfAnswersThatNeedNoOrigin() {
        try (EngineHarness engine = new EngineHarness(new Target.FixedStatus(404));
                H2Client client = engine.client()) {
            client.request("GET", "/").response();

            assertThat(engine.tally().next()).isEqualTo("HTTP rule=0 status=404 failure=none received=0 sent=0");
        }
    }

    @Test
    void hearsWhyARequestWasNotServed() throws IOException {
        try (EngineHarness engine = new EngineHarness(nobody());
                H2Client client = engine.client()) {
            client.request("GET", "/").response();

            assertThat(engine.tally().next()).isEqualTo("HTTP rule=0 status=502 failure=REFUSED received=0 sent=0");
        }
    }

    @Test
    void hearsWhyAnAnswerIsNoneOfTheOrigins() throws IOException {
        try (EngineHarness engine = new EngineHarness(
                        nobody(),
                        new OriginOptionsBuilder()
                                .connectRetry(Duration.ofMillis(1))
                                .build());
                H2Client client = engine.client()) {
            assertThat(String.valueOf(
                            client.request("GET", "/").response().headers().get("retry-after")))
                    .isEqualTo("5");

            assertThat(engine.tally().next()).isEqualTo("HTTP rule=0 status=503 failure=NOT_UP received=0 sent=0");
        }
    }

    @Test
    void hearsThatAnAnswerBrokeOff() {
        Signal seen = new Signal();
        try (RawOrigin origin = new RawOrigin(peer -> {
                    peer.readHead();
                    peer.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort");
                    seen.await();
                });
                EngineHarness engine = new EngineHarness(origin.target());
                H2Client client = engine.client()) {
            H2Stream stream = client.request("GET", "/");
            stream.head();
            stream.read(5);
            seen.give();
            stream.awaitReset();

            assertThat(engine.tally().next())
                    .isEqualTo("HTTP rule=0 status=200 failure=RESET_IN_BODY received=0 sent=5");
        }
    }

    @Test
    void hearsThatTheEyeballWentAway() {
        Signal asked = new Signal();
        try (RawOrigin origin = new RawOrigin(peer -> {
                    peer.readHead();
                    asked.give();
                    peer.readToEnd();
                });
                EngineHarness engine = new EngineHarness(origin.target());
                H2Client client = engine.client()) {
            H2Stream stream = client.request("GET", "/");
            asked.await();
            stream.reset(Http2Error.CANCEL.code());

            assertThat(engine.tally().next()).isEqualTo("HTTP rule=0 status=0 failure=CANCELED received=0 sent=0");
        }
    }

    @Test
    void hearsTheEndOfAWebSocketWhenBothSidesHaveEnded() {
        try (RawOrigin origin = new RawOrigin(peer -> {
                    peer.readHead();
                    peer.write(SWITCH + "hi");
                    peer.readToEnd();
                });
                EngineHarness engine = new EngineHarness(origin.target());
                H2Client client = engine.client()) {
            H2Stream stream = client.open("GET", "/", "x-test-kind", "WEBSOCKET");
            stream.head();
            stream.read(2);
            stream.send("bytes").end().readToEnd();

            assertThat(engine.tally().next()).isEqualTo("WEBSOCKET rule=0 status=101 failure=none received=5 sent=2");
        }
    }

    @Test
    void hearsOfStreamsWithoutARule() {
        try (RawOrigin origin = new RawOrigin(RawPeer::readToEnd);
                EngineHarness engine = new EngineHarness(origin.target());
                H2Client client = engine.client()) {
            H2Stream stream = client.send(
                    H2Client.headers("GET", "/", "x-test-kind", "TCP").authority("127.0.0.1:" + origin.port()), false);
            stream.head();
            stream.send("bytes").end().readToEnd();

            assertThat(engine.tally().next()).isEqualTo("TCP rule=none status=200 failure=none received=5 sent=0");
        }
    }

    private static Target.HttpOrigin nobody() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new Target.HttpOrigin(false, "127.0.0.1", socket.getLocalPort());
        }
    }
}
