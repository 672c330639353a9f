package dev.adit.edgesim;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The far end of an HTTP/2 connection over TLS that has no rules: it sends the frames that a test makes and shows those
 * that come, one after the other. Nothing is answered by itself.
 */
final class H2Wire implements AutoCloseable {
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    // Marks the PING whose answer shows that the connection has survived.
    private static final int MARK = 0x5eed;

    private final SSLSocket socket;
    private final DataInputStream in;
    private final DefaultHttp2HeadersDecoder fields = new DefaultHttp2HeadersDecoder(false);

    private H2Wire(SSLSocket socket) throws IOException {
        this.socket = socket;
        in = new DataInputStream(socket.getInputStream());
    }

    /** An eyeball that has shaken hands and sent nothing. */
    static H2Wire silentEyeball(EdgeSim sim) throws IOException {
        H2Wire wire = dial(sim, sim.ports().https(), "www.example.com", "h2");
        assertThat(wire.socket.getApplicationProtocol()).isEqualTo("h2");
        return wire;
    }

    /** An eyeball that has sent preface and SETTINGS. */
    static H2Wire eyeball(EdgeSim sim) throws IOException {
        H2Wire wire = silentEyeball(sim);
        wire.sendBytes(PREFACE.getBytes(StandardCharsets.US_ASCII));
        wire.send(WireFrame.PREFACE_SETTINGS);
        return wire;
    }

    /** A connector that has shaken hands and sent nothing. */
    static H2Wire silentConnector(EdgeSim sim) throws IOException {
        return dial(sim, sim.ports().tunnel(), "h2.cftunnel.com");
    }

    /** A connector that has read the preface and sent SETTINGS; the control stream is asked for. */
    static H2Wire connector(EdgeSim sim) throws IOException {
        H2Wire wire = silentConnector(sim);
        wire.send(WireFrame.PREFACE_SETTINGS);
        byte[] preface = wire.in.readNBytes(PREFACE.length());
        assertThat(new String(preface, StandardCharsets.US_ASCII)).isEqualTo(PREFACE);
        assertThat(wire.await(WireFrame.HEADERS).stream()).isEqualTo(1);
        return wire;
    }

    /** A connector that registers for the golden tunnel, without waiting for the answer. */
    static H2Wire registeringConnector(EdgeSim sim) throws IOException {
        H2Wire wire = connector(sim);
        Transcript transcript = Transcript.rpc();
        wire.send(
                WireFrame.head(1, false, ":status", "200"),
                new WireFrame(WireFrame.DATA, 0, 1, transcript.fromConnector(0)),
                new WireFrame(WireFrame.DATA, 0, 1, transcript.fromConnector(1)));
        return wire;
    }

    private static H2Wire dial(EdgeSim sim, int port, String name, String... protocols) throws IOException {
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
        SSLSocket socket =
                (SSLSocket) TlsClient.trusting(sim.ca()).getSocketFactory().createSocket(plain, name, port, true);
        socket.setSoTimeout(20_000);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(name)));
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return new H2Wire(socket);
    }

    void sendBytes(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Sends all in one write. */
    void send(WireFrame... frames) throws IOException {
        send(List.of(frames));
    }

    /** Sends all in one write. */
    void send(List<WireFrame> frames) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (WireFrame frame : frames) {
            all.writeBytes(frame.bytes());
        }
        sendBytes(all.toByteArray());
    }

    /** Sends a GET for the golden tunnel's host. */
    void get(int stream, String path) throws IOException {
        send(WireFrame.head(stream, true, request("GET", path)));
    }

    static String[] request(String method, String path) {
        return new String[] {":method", method, ":scheme", "https", ":authority", "www.example.com", ":path", path};
    }

    /** The next frame; null when the connection has ended. */
    @Nullable
    WireFrame next() throws IOException {
        try {
            int first = in.read();
            if (first < 0) {
                return null;
            }
            int length = (first << 16) | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            byte[] payload = new byte[length];
            in.readFully(payload);
            return new WireFrame(type, flags, stream, payload);
        } catch (EOFException | SocketException e) {
            return null;
        }
    }

    /** The next frame of {@code type}, past all others. */
    WireFrame await(int type) throws IOException {
        for (WireFrame frame = next(); frame != null; frame = next()) {
            if (frame.type() == type) {
                return frame;
            }
        }
        throw new AssertionError("connection ended before a frame of type " + type);
    }

    /** The next frame of {@code type} behind {@code skipped} bytes, which are the peer's preface. */
    void await(int type, int skipped) throws IOException {
        in.readNBytes(skipped);
        await(type);
    }

    /** The fields in a HEADERS frame that is complete; to be called for each in turn. */
    Http2Headers decode(WireFrame head) throws Http2Exception {
        return fields.decodeHeaders(head.stream(), Unpooled.wrappedBuffer(head.payload()));
    }

    /** The status of the next response head. */
    String awaitStatus() throws Exception {
        return String.valueOf(decode(await(WireFrame.HEADERS)).status());
    }

    /** The next piece of a body. */
    String awaitData() throws IOException {
        return new String(await(WireFrame.DATA).payload(), StandardCharsets.ISO_8859_1);
    }

    /**
     * What became of what was sent: {@code GOAWAY CODE}, {@code RESET STREAM CODE}, {@code STATUS STREAM CODE}, {@code
     * CLOSED}; or {@code ALIVE} when nothing of this came before the answer to a PING.
     */
    String outcome() throws Exception {
        for (WireFrame frame = next(); frame != null; frame = next()) {
            switch (frame.type()) {
                case WireFrame.GOAWAY -> {
                    return "GOAWAY " + Http2Error.valueOf(frame.number32(4));
                }
                case WireFrame.RST_STREAM -> {
                    return "RESET " + frame.stream() + " " + Http2Error.valueOf(frame.number32(0));
                }
                case WireFrame.HEADERS -> {
                    CharSequence status = decode(frame).status();
                    if (status != null) {
                        return "STATUS " + frame.stream() + " " + status;
                    }
                }
                case WireFrame.PING -> {
                    if (frame.has(WireFrame.ACK) && frame.number32(4) == MARK) {
                        return "ALIVE";
                    }
                }
                default -> {}
            }
        }
        return "CLOSED";
    }

    /** Asks whether the connection is there still, for {@link #outcome}. */
    void mark() throws IOException {
        send(WireFrame.ping(MARK));
    }

    /** Reads until the connection has ended. */
    void awaitEnd() throws IOException {
        while (next() != null) {
            // More frames that were on the way.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
