package dev.adit.edgesim;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** An eyeball that sends and reads bytes as they are. */
final class RawClient implements AutoCloseable {
    private static final int LIMIT_MILLIS = 10_000;

    private final Socket socket;
    private final InputStream in;

    RawClient(int port) throws IOException {
        this(connected(port));
    }

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** One that speaks TLS and asks for {@code name}; without ALPN, so that HTTP/1.1 follows. */
    static RawClient secure(EdgeSim sim, String name) throws IOException {
        Socket plain = connected(sim.ports().https());
        return new RawClient(TlsClient.trusting(sim.ca())
                .getSocketFactory()
                .createSocket(plain, name, sim.ports().https(), true));
    }

    private static Socket connected(int port) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(LIMIT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), LIMIT_MILLIS);
        return socket;
    }

    void send(String latin1) throws IOException {
        socket.getOutputStream().write(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Reads until {@code end} was seen; fails when the connection ends before. */
    String readUntil(String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end, Math.max(0, text.length() - end.length())) < 0) {
            int next = in.read();
            if (next < 0) {
                throw new AssertionError("connection ended after: " + text);
            }
            text.append((char) next);
        }
        return text.toString();
    }

    /** A response head, without the empty line. */
    String readHead() throws IOException {
        String head = readUntil("\r\n\r\n");
        return head.substring(0, head.length() - 4);
    }

    /** Whether something was received that was not read. */
    boolean hasBytes() throws IOException {
        return in.available() > 0;
    }

    /** Everything until the connection ends. */
    String readAll() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    /** Whether the other side ends the connection, which may take 20 s, and sends nothing before. */
    boolean isClosedBySim() throws IOException {
        socket.setSoTimeout(2 * LIMIT_MILLIS);
        return in.read() < 0;
    }

    /** The next TLS record, its five bytes of header included. */
    byte[] readTlsRecord() throws IOException {
        byte[] header = in.readNBytes(5);
        byte[] body = in.readNBytes(((header[3] & 0xff) << 8) | (header[4] & 0xff));
        byte[] record = Arrays.copyOf(header, header.length + body.length);
        System.arraycopy(body, 0, record, header.length, body.length);
        return record;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
