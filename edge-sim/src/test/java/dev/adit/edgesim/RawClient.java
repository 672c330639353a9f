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

    private final Socket socket = new Socket();
    private final InputStream in;

    RawClient(int port) throws IOException {
        socket.setSoTimeout(LIMIT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), LIMIT_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
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
