package dev.adit.edgesim;

import io.netty.handler.codec.http2.Http2Error;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One HTTP/2 frame as it is on the wire, right or wrong.
 */
final class WireFrame {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PUSH_PROMISE = 5;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int ACK = 1;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;
    static final int PADDED = 8;

    static final WireFrame PREFACE_SETTINGS = new WireFrame(SETTINGS, 0, 0, new byte[0]);

    private final int type;
    private final int flags;
    private final int stream;
    private final byte[] payload;

    /** A frame with eight flags in one number and {@code payload} behind the nine bytes of header. */
    WireFrame(int type, int flags, int stream, byte[] payload) {
        this.type = type;
        this.flags = flags;
        this.stream = stream;
        this.payload = payload;
    }

    int type() {
        return type;
    }

    int stream() {
        return stream;
    }

    byte[] payload() {
        return payload;
    }

    /** A request or response head, complete, of literal fields. */
    static WireFrame head(int stream, boolean last, String... namesAndValues) {
        return new WireFrame(HEADERS, END_HEADERS | (last ? END_STREAM : 0), stream, fields(namesAndValues));
    }

    static WireFrame data(int stream, boolean last, String text) {
        return new WireFrame(DATA, last ? END_STREAM : 0, stream, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static WireFrame reset(int stream, Http2Error code) {
        return new WireFrame(RST_STREAM, 0, stream, number((int) code.code()));
    }

    static WireFrame ping(int number) {
        return new WireFrame(PING, 0, 0, ByteBuffer.allocate(8).putLong(number).array());
    }

    static WireFrame windowUpdate(int stream, int increment) {
        return new WireFrame(WINDOW_UPDATE, 0, stream, number(increment));
    }

    static WireFrame setting(int id, int value) {
        return new WireFrame(
                SETTINGS,
                0,
                0,
                ByteBuffer.allocate(6).putShort((short) id).putInt(value).array());
    }

    static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    /** A field section of literals that are not indexed (RFC 7541 §6.2.2). */
    static byte[] fields(String... namesAndValues) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            out.write(0);
            string(out, namesAndValues[i]);
            string(out, namesAndValues[i + 1]);
        }
        return out.toByteArray();
    }

    /** A literal that goes to the dynamic table (RFC 7541 §6.2.1), after which it is number 62. */
    static byte[] indexed(String name, String value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0x40);
        string(out, name);
        string(out, value);
        return out.toByteArray();
    }

    private static void string(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length < 127) {
            out.write(bytes.length);
        } else {
            out.write(127);
            int left = bytes.length - 127;
            while (left >= 128) {
                out.write(128 | (left & 127));
                left >>= 7;
            }
            out.write(left);
        }
        out.writeBytes(bytes);
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    static byte[] repeated(int times, byte... part) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(times * part.length);
        for (int i = 0; i < times; i++) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** The four bytes at {@code offset} of the payload. */
    int number32(int offset) {
        return ByteBuffer.wrap(payload).getInt(offset);
    }

    byte[] bytes() {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }
}
