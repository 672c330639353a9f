package dev.adit.proxy.upstream;

import dev.adit.proxy.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;

/**
 * Writes HTTP/1.1 request heads, byte for byte what the eyeball sent: Netty's encoder would write a path as UTF-8 and so
 * change bytes above 127. Names get the usual capitals ({@code x-forwarded-for} becomes {@code X-Forwarded-For}), since
 * HTTP/2 took them away and some old origins look for them. Confined to one event loop, whose scratch space it is.
 */
final class RequestEncoder {
    private static final byte[] VERSION_HOST = ascii(" HTTP/1.1\r\nHost: ");
    private static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
    private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n\r\n");
    private static final byte[] UPGRADE =
            ascii("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n");

    private byte[] scratch = new byte[2048];
    private int length;

    /**
     * The bytes of {@code request}'s head; the caller owns them.
     *
     * @throws IllegalArgumentException if method, path, host or a field hold a byte that would change the meaning of the
     *     message; the text names which, without the value
     */
    ByteBuf encode(UpstreamRequest request, ByteBufAllocator allocator) {
        RequestHead head = request.head();
        length = 0;
        writeToken(head.method(), "method");
        write((byte) ' ');
        writeVisible(head.path(), "path");
        write(VERSION_HOST);
        writeVisible(request.host(), "host");
        writeLineEnd();
        writeFraming(request);
        writeFields(head.headers(), request.webSocket());
        write(request.webSocket() ? UPGRADE : KEEP_ALIVE);
        return allocator.buffer(length).writeBytes(scratch, 0, length);
    }

    private void writeFraming(UpstreamRequest request) {
        if (request.framing() == BodyFraming.LENGTH) {
            write(CONTENT_LENGTH);
            writeValue(Long.toString(Math.max(0, request.head().contentLength())), HttpHeaderNames.CONTENT_LENGTH);
            writeLineEnd();
        } else if (request.framing() == BodyFraming.CHUNKED) {
            write(CHUNKED);
        }
    }

    private void writeFields(HttpHeaders headers, boolean webSocket) {
        Iterator<Map.Entry<CharSequence, CharSequence>> fields = headers.iteratorCharSequence();
        while (fields.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = fields.next();
            CharSequence name = field.getKey();
            if (isOurs(name, webSocket)) {
                continue;
            }
            writeName(name);
            write((byte) ':');
            write((byte) ' ');
            writeValue(field.getValue(), name);
            writeLineEnd();
        }
    }

    /** Fields that this encoder writes itself or that end at this hop. */
    private static boolean isOurs(CharSequence name, boolean webSocket) {
        return switch (name.length()) {
            case 4 -> is(HttpHeaderNames.HOST, name);
            case 6 -> is(HttpHeaderNames.EXPECT, name);
            case 7 -> is(HttpHeaderNames.UPGRADE, name);
            case 10 -> is(HttpHeaderNames.CONNECTION, name) || AsciiString.contentEqualsIgnoreCase("keep-alive", name);
            case 14 -> is(HttpHeaderNames.CONTENT_LENGTH, name);
            case 16 -> AsciiString.contentEqualsIgnoreCase("proxy-connection", name);
            case 17 -> is(HttpHeaderNames.TRANSFER_ENCODING, name);
            case 21 -> webSocket && is(HttpHeaderNames.SEC_WEBSOCKET_VERSION, name);
            default -> false;
        };
    }

    private static boolean is(AsciiString known, CharSequence name) {
        return known.contentEqualsIgnoreCase(name);
    }

    /** The letter as it stands in the usual form of a field name. */
    static int canonical(char c, boolean capital) {
        return capital && c >= 'a' && c <= 'z' ? c - 32 : c;
    }

    /** RFC 9110 §5.6.2, less strict: no control, space, colon or byte above 126 is let through. */
    static boolean isToken(int c) {
        return c > ' ' && c < 127 && c != ':';
    }

    /** Whether a field value may hold it; RFC 9110 §5.5 less strict: only what ends lines or strings is refused. */
    static boolean isValue(int c) {
        return c != '\r' && c != '\n' && c != 0 && c <= 255;
    }

    private void writeName(CharSequence name) {
        requireNotEmpty(name, "field name");
        ensure(name.length());
        boolean capital = true;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            requireToken(c, "field name");
            scratch[length++] = (byte) canonical(c, capital);
            capital = c == '-';
        }
    }

    private void writeToken(CharSequence text, String what) {
        requireNotEmpty(text, what);
        ensure(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            requireToken(c, what);
            scratch[length++] = (byte) c;
        }
    }

    private static void requireNotEmpty(CharSequence text, String what) {
        if (text.length() == 0) {
            throw new IllegalArgumentException("empty " + what);
        }
    }

    private static void requireToken(char c, String what) {
        if (!isToken(c)) {
            throw new IllegalArgumentException("illegal byte " + (int) c + " in " + what);
        }
    }

    private void writeVisible(CharSequence text, String what) {
        ensure(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c == 127 || c > 255) {
                throw new IllegalArgumentException("illegal byte " + (int) c + " in " + what);
            }
            scratch[length++] = (byte) c;
        }
    }

    private void writeValue(CharSequence value, CharSequence name) {
        ensure(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (!isValue(c)) {
                throw new IllegalArgumentException("illegal byte " + (int) c + " in the value of " + name);
            }
            scratch[length++] = (byte) c;
        }
    }

    private void writeLineEnd() {
        ensure(2);
        scratch[length++] = '\r';
        scratch[length++] = '\n';
    }

    private void write(byte b) {
        ensure(1);
        scratch[length++] = b;
    }

    private void write(byte[] bytes) {
        ensure(bytes.length);
        System.arraycopy(bytes, 0, scratch, length, bytes.length);
        length += bytes.length;
    }

    private void ensure(int more) {
        if (length + more > scratch.length) {
            scratch = Arrays.copyOf(scratch, Math.max(scratch.length * 2, length + more));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
