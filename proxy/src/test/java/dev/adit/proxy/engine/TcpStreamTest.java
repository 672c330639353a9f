package dev.adit.proxy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.testing.H2Client;
import dev.adit.proxy.testing.H2Stream;
import dev.adit.proxy.testing.Line;
import dev.adit.proxy.testing.RawOrigin;
import dev.adit.proxy.testing.RawPeer;
import dev.adit.proxy.testing.Signal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams of plain TCP bytes to the address in the request's authority. */
final class TcpStreamTest {
    @Test
    void passesBytesBothWays() {
        try (Line line = new Line(peer -> {
            assertThat(peer.read(5)).isEqualTo("early");
            peer.write("SSH-2.0-x\r\n");
            assertThat(peer.readToEnd()).isEqualTo("late");
            peer.write("bye");
        })) {
            H2Stream stream = open(line, line.origin().port()).send("early");

            H2Stream.Event.Headers head = stream.head();
            assertThat(head.status()).isEqualTo("200");
            assertThat(head.list().size()).isEqualTo(1);
            assertThat(stream.read(11)).isEqualTo("SSH-2.0-x\r\n");
            assertThat(stream.send("late").end().readToEnd()).isEqualTo("bye");
            line.engine().awaitNoStreams();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.test:22",
                "127.0.0.1",
                "127.0.0.1:",
                "127.0.0.1:0",
                "127.0.0.1:65536",
                "127.0.0.1:-1",
                "127.0.0.1:x",
                ":22",
                "[::1]",
                "[127.0.0.1:22",
                "1.2.3:22",
                "0x7f.1:22"
            })
    void refusesWhatIsNotALiteralAddressAndPort(String authority) {
        try (Line line = new Line(RawPeer::readToEnd)) {
            H2Stream stream = line.client()
                    .send(H2Client.headers("GET", "/", "x-test-kind", "TCP").authority(authority), false);

            assertThat(stream.response().status()).isEqualTo("502");
            assertThat(stream.awaitReset()).isZero();
            assertThat(line.origin().accepted()).isZero();
        }
    }

    @Test
    void takesIpv6Literals() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getAllByName("::1")[0]);
                Line line = new Line(RawPeer::readToEnd)) {
            H2Stream stream = line.client()
                    .send(
                            H2Client.headers("GET", "/", "x-test-kind", "TCP")
                                    .authority("[::1]:" + server.getLocalPort()),
                            false);

            assertThat(stream.head().status()).isEqualTo("200");
        }
    }

    @Test
    void answers502IfTheConnectionIsRefused() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (Line line = new Line(RawPeer::readToEnd)) {
            H2Stream stream = open(line, port).send("early");

            assertThat(stream.response().status()).isEqualTo("502");
            assertThat(stream.awaitReset()).isZero();
            line.engine().awaitNoStreams();
        }
    }

    @Test
    void doesNotTreatTheBytesAsHttp() {
        try (Line line = new Line(peer -> {
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabc");
            peer.readToEnd();
        })) {
            H2Stream stream = open(line, line.origin().port());
            stream.head();

            assertThat(stream.read(41)).isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabc");
        }
    }

    @Test
    void resetsIfTheOriginResets() {
        Signal open = new Signal();
        try (Line line = new Line(peer -> {
            open.await();
            peer.reset();
        })) {
            H2Stream stream = open(line, line.origin().port());
            stream.head();
            open.give();

            assertThat(stream.awaitReset()).isEqualTo(2);
            line.engine().awaitNoStreams();
        }
    }

    @Test
    void closesTheOriginIfTheEyeballGoes() {
        Signal closed = new Signal();
        RawOrigin.Script script = peer -> {
            peer.readToEnd();
            closed.give();
        };
        try (Line line = new Line(script)) {
            open(line, line.origin().port()).head();

            line.client().resetConnection();
            closed.await();
            line.engine().awaitNoStreams();
        }
    }

    private static H2Stream open(Line line, int port) {
        return line.client()
                .send(H2Client.headers("GET", "/", "x-test-kind", "TCP").authority("127.0.0.1:" + port), false);
    }
}
