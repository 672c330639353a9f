package dev.adit.proxy.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A WebSocket client on one stream. Text is ISO 8859-1: one char a byte. */
public final class WsFrames {
    /**
     * One frame from the server.
     *
     * @param first its first byte: FIN and opcode
     * @param payload what it carries
     */
    public record Frame(int first, String payload) {}

    private static final int MASK = 0x5ac3_17e9;

    private final H2Stream stream;
    private final StringBuilder received = new StringBuilder();
    private boolean ended;

    public WsFrames(H2Stream stream) {
        this.stream = stream;
    }

    /** Sends a binary message in one frame. */
    public WsFrames send(String payload) {
        return send(0x82, payload);
    }

    /** Sends a frame whose first byte is {@code first}. */
    public WsFrames send(int first, String payload) {
        stream.send(frame(first, payload), false);
        return this;
    }

    /** Sends bytes as they are. */
    public WsFrames raw(byte[] bytes) {
        stream.send(bytes, false);
        return this;
    }

    /** A masked frame. */
    public static byte[] frame(int first, String payload) {
        byte[] bytes = payload.getBytes(StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        if (bytes.length < 126) {
            frame.write(0x80 | bytes.length);
        } else if (bytes.length < 65_536) {
            frame.write(0x80 | 126);
            frame.writeBytes(
                    ByteBuffer.allocate(2).putShort((short) bytes.length).array());
        } else {
            frame.write(0x80 | 127);
            frame.writeBytes(ByteBuffer.allocate(8).putLong(bytes.length).array());
        }
        byte[] mask = ByteBuffer.allocate(4).putInt(MASK).array();
        frame.writeBytes(mask);
        for (int i = 0; i < bytes.length; i++) {
            frame.write(bytes[i] ^ mask[i & 3]);
        }
        return frame.toByteArray();
    }

    /** The next frame of the server. */
    public Frame next() {
        int first = read(1).charAt(0);
        int length = read(1).charAt(0);
        if (length == 126) {
            length = number(read(2));
        } else if (length == 127) {
            assertThat(read(4)).isEqualTo("\0\0\0\0");
            length = number(read(4));
        }
        assertThat(length).as("server frames have no mask").isNotNegative();
        return new Frame(first, read(length));
    }

    /** The bytes of binary frames until there are {@code length}. */
    public String bytes(int length) {
        StringBuilder bytes = new StringBuilder();
        while (bytes.length() < length) {
            Frame frame = next();
            assertThat(frame.first).isEqualTo(0x82);
            bytes.append(frame.payload);
        }
        return bytes.toString();
    }

    /** The code of the next frame, which must be a close frame and the last thing on the stream. */
    public int closeCode() {
        Frame frame = next();
        assertThat(frame.first).isEqualTo(0x88);
        while (!ended) {
            fill();
        }
        assertThat(received).isEmpty();
        return frame.payload.isEmpty() ? 1005 : number(frame.payload);
    }

    private String read(int length) {
        while (received.length() < length) {
            assertThat(ended).as("the stream ended within a frame").isFalse();
            fill();
        }
        String text = received.substring(0, length);
        received.delete(0, length);
        return text;
    }

    private void fill() {
        H2Stream.Event event = stream.next();
        assertThat(event).isInstanceOf(H2Stream.Event.Data.class);
        received.append(((H2Stream.Event.Data) event).bytes());
        ended = ((H2Stream.Event.Data) event).end();
    }

    private static int number(String bytes) {
        int number = 0;
        for (int i = 0; i < bytes.length(); i++) {
            number = number << 8 | bytes.charAt(i);
        }
        return number;
    }
}
