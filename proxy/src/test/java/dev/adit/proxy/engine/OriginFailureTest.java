package dev.adit.proxy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.route.OriginOptions;
import dev.adit.proxy.route.Target;
import dev.adit.proxy.testing.EngineHarness;
import dev.adit.proxy.testing.H2Client;
import dev.adit.proxy.testing.H2Stream;
import dev.adit.proxy.testing.Line;
import dev.adit.proxy.testing.OriginOptionsBuilder;
import dev.adit.proxy.testing.RawOrigin;
import dev.adit.proxy.testing.Signal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an eyeball gets when its origin fails: a status if there is still time for one, else a reset. */
final class OriginFailureTest {
    private static final long INTERNAL_ERROR = 2;

    @Test
    void answers502IfTheConnectionIsRefused() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        assertThat(statusFrom(new Target.HttpOrigin(false, "127.0.0.1", port))).isEqualTo("502");
    }

    @Test
    void answers502IfTheNameIsUnknown() {
        assertThat(statusFrom(new Target.HttpOrigin(false, "nowhere.test", 80))).isEqualTo("502");
    }

    @Test
    void answers504IfTheConnectionTakesTooLong() throws IOException {
        List<Socket> backlog = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            fill(full, backlog);
            OriginOptions options = new OriginOptionsBuilder()
                    .connectTimeout(Duration.ofMillis(200))
                    .build();

            try (EngineHarness engine =
                            new EngineHarness(new Target.HttpOrigin(false, "127.0.0.1", full.getLocalPort()), options);
                    H2Client client = engine.client()) {
                assertThat(client.request("GET", "/").response().status()).isEqualTo("504");
            }
        } finally {
            for (Socket socket : backlog) {
                socket.close();
            }
        }
    }

    /** Connects until a connection is not accepted any more: the next one then waits as well. */
    private static void fill(ServerSocket listener, List<Socket> backlog) throws IOException {
        for (int i = 0; i < 20; i++) {
            Socket socket = new Socket();
            backlog.add(socket);
            try {
                socket.connect(new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()), 300);
            } catch (java.net.SocketTimeoutException e) {
                return;
            }
        }
        throw new IllegalStateException("the backlog does not fill up");
    }

    @Test
    void triesTheNextAddressIfOneRefuses() {
        try (RawOrigin origin = RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) {
            assertThat(statusFrom(new Target.HttpOrigin(false, "both.test", origin.port())))
                    .isEqualTo("200");
        }
    }

    @Test
    void answers502IfTheConnectionIsClosedBeforeTheHead() {
        try (Line line = new Line(peer -> peer.readHead())) {
            assertThat(line.client().request("GET", "/").response().status()).isEqualTo("502");
            assertThat(line.origin().accepted()).isEqualTo(1);
        }
    }

    @Test
    void answers502IfTheConnectionIsResetBeforeTheHead() {
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.reset();
        })) {
            assertThat(line.client().request("GET", "/").response().status()).isEqualTo("502");
        }
    }

    @Test
    void answers502IfTheConnectionIsClosedInTheHead() {
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\nContent-Le");
        })) {
            assertThat(line.client().request("GET", "/").response().status()).isEqualTo("502");
        }
    }

    @Test
    void answers504IfTheHeadTakesTooLong() {
        Signal closed = new Signal();
        try (Line line = new Line(
                peer -> {
                    peer.readHead();
                    peer.readToEnd();
                    closed.give();
                },
                new OriginOptionsBuilder()
                        .responseTimeout(Duration.ofMillis(100))
                        .build())) {
            assertThat(line.client().request("GET", "/").response().status()).isEqualTo("504");
            closed.await();
        }
    }

    @Test
    void countsTheTimeForTheHeadFromTheEndOfTheRequest() {
        Signal bodySeen = new Signal();
        try (Line line = new Line(
                peer -> {
                    peer.readHead();
                    assertThat(peer.read(3)).isEqualTo("abc");
                    bodySeen.give();
                    peer.readToEnd();
                },
                new OriginOptionsBuilder()
                        .responseTimeout(Duration.ofMillis(100))
                        .build())) {
            H2Stream stream =
                    line.client().open("POST", "/", "content-length", "6").send("abc");
            bodySeen.await();
            line.engine().onLoop(() -> "turn");
            assertThat(stream.isQuiet()).isTrue();

            assertThat(stream.send("def").end().response().status()).isEqualTo("504");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.2\r\n\r\n",
                "HTTP/1.1 abc OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                "HTTP/1.1 200 OK\r\nX\u0000Y: 1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "\u0016\u0003\u0001\u0002\r\n\r\n"
            })
    void answers502IfTheResponseIsMalformed(String response) {
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.write(response);
            peer.readToEnd();
        })) {
            assertThat(line.client().request("GET", "/").response().status()).isEqualTo("502");
            line.engine().awaitNoStreams();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "Upgrade: websocket\r\nConnection: Upgrade\r\n", "Upgrade: h2c\r\nConnection: Upgrade\r\n"})
    void answers502ToA101ThatNobodyAskedFor(String fields) {
        Signal closed = new Signal();
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 101 Switching Protocols\r\n" + fields
                    + "\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            peer.readToEnd();
            closed.give();
        })) {
            assertThat(line.client().request("GET", "/").response().status()).isEqualTo("502");
            closed.await();
        }
    }

    @Test
    void resetsIfALengthIsNotReached() {
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc");
        })) {
            expectResetAfterThreeBytes(line);
        }
    }

    @Test
    void resetsIfALengthIsNotReachedBeforeAHalfClose() {
        Signal closed = new Signal();
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc");
            peer.endOutput();
            peer.readToEnd();
            closed.give();
        })) {
            expectResetAfterThreeBytes(line);
            closed.await();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"3\r\nabc", "3\r\nabc\r\n", "6\r\nabc", "3\r\nabc\r\n0\r\n", "3\r\nabc\r\n0\r\nX-A: b\r\n"})
    void resetsIfTheLastChunkIsMissing(String chunks) {
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
        })) {
            expectResetAfterThreeBytes(line);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x\r\n", "3\r\nabcdef\r\n", "-3\r\nabc\r\n", "fffffffffffffffff\r\n"})
    void resetsIfChunksAreMalformed(String chunks) {
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n" + chunks);
            peer.readToEnd();
        })) {
            H2Stream stream = line.client().request("GET", "/");

            assertThat(stream.head().status()).isEqualTo("200");
            assertThat(stream.awaitReset()).isEqualTo(INTERNAL_ERROR);
            line.engine().awaitNoStreams();
        }
    }

    @Test
    void resetsIfTheConnectionIsResetInTheBody() {
        Signal seen = new Signal();
        try (Line line = new Line(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\n\r\nabc");
            seen.await();
            peer.reset();
        })) {
            H2Stream stream = line.client().request("GET", "/");
            stream.head();
            stream.read(3);

            seen.give();
            assertThat(stream.next()).isEqualTo(new H2Stream.Event.Reset(INTERNAL_ERROR));
        }
    }

    private static void expectResetAfterThreeBytes(Line line) {
        H2Stream stream = line.client().request("GET", "/");

        assertThat(stream.head().status()).isEqualTo("200");
        assertThat(stream.awaitReset()).isEqualTo(INTERNAL_ERROR);
        line.engine().awaitNoStreams();
    }

    private static String statusFrom(Target target) {
        try (EngineHarness engine = new EngineHarness(target);
                H2Client client = engine.client()) {
            H2Stream.Response response = client.request("GET", "/").response();
            assertThat(response.body()).isEmpty();
            engine.awaitNoStreams();
            return response.status();
        }
    }
}
