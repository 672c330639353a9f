package dev.adit.connector.wire;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;

/** An origin's response headers as one header value: {@code b64(name):b64(value)} pairs, joined by semicolons. */
public final class UserHeaders {
    private static final AsciiString INTERNAL = AsciiString.cached("cf-int-");
    private static final AsciiString CLOUDFLARED = AsciiString.cached("cf-cloudflared-");
    private static final AsciiString PROXY = AsciiString.cached("cf-proxy-");

    private static final byte[] ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SIXTETS = sixtets();

    private UserHeaders() {}

    /**
     * Packs all headers but those between connector and edge and those that only concern the connection to the origin.
     * A character is one byte, as in Netty's codecs.
     */
    public static AsciiString pack(HttpHeaders originHeaders) {
        byte[] packed = new byte[packedBytesAtMost(originHeaders)];
        int size = 0;
        Iterator<Map.Entry<CharSequence, CharSequence>> headers = originHeaders.iteratorCharSequence();
        while (headers.hasNext()) {
            Map.Entry<CharSequence, CharSequence> header = headers.next();
            CharSequence name = header.getKey();
            if (staysHere(name, originHeaders)) {
                continue;
            }
            if (size > 0) {
                packed[size++] = ';';
            }
            size = encode(name, packed, size);
            packed[size++] = ':';
            size = encode(header.getValue(), packed, size);
        }
        return size == 0 ? AsciiString.EMPTY_STRING : new AsciiString(packed, 0, size, false);
    }

    /**
     * Unpacks what {@link #pack} made. Like cloudflared it takes neither padding nor a pair without exactly one colon,
     * and skips empty pairs; an empty name is refused as well. The result holds any bytes that were sent, line ends
     * included.
     */
    public static HttpHeaders unpack(CharSequence packed) {
        HttpHeaders headers =
                DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
        int start = 0;
        while (start < packed.length()) {
            int end = indexOf(packed, ';', start, packed.length());
            if (end > start) {
                addPair(packed, start, end, headers);
            }
            start = end + 1;
        }
        return headers;
    }

    private static int packedBytesAtMost(HttpHeaders headers) {
        int bytes = 0;
        Iterator<Map.Entry<CharSequence, CharSequence>> iterator = headers.iteratorCharSequence();
        while (iterator.hasNext()) {
            Map.Entry<CharSequence, CharSequence> header = iterator.next();
            bytes += encodedBytes(header.getKey().length())
                    + encodedBytes(header.getValue().length())
                    + 2;
        }
        return bytes;
    }

    private static int encodedBytes(int bytes) {
        return (4 * bytes + 2) / 3;
    }

    private static boolean staysHere(CharSequence name, HttpHeaders headers) {
        return switch (name.isEmpty() ? ':' : name.charAt(0)) {
            case ':' -> true;
            case 'c', 'C' ->
                startsWith(name, INTERNAL)
                        || startsWith(name, CLOUDFLARED)
                        || startsWith(name, PROXY)
                        || (HttpHeaderNames.CONNECTION.contentEqualsIgnoreCase(name)
                                && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true));
            case 't', 'T' ->
                HttpHeaderNames.TRANSFER_ENCODING.contentEqualsIgnoreCase(name)
                        || HttpHeaderNames.TRAILER.contentEqualsIgnoreCase(name);
            default -> false;
        };
    }

    private static boolean startsWith(CharSequence name, AsciiString prefix) {
        return AsciiString.regionMatches(name, true, 0, prefix, 0, prefix.length());
    }

    private static int encode(CharSequence from, byte[] to, int at) {
        if (from instanceof AsciiString ascii) {
            return encode(ascii.array(), ascii.arrayOffset(), ascii.length(), to, at);
        }
        int length = from.length();
        int whole = length - length % 3;
        int i = 0;
        for (; i < whole; i += 3) {
            at = group(to, at, threeOctets(octet(from, i), octet(from, i + 1), octet(from, i + 2)));
        }
        int left = length - whole;
        return left == 0
                ? at
                : lastGroup(to, at, threeOctets(octet(from, i), left == 2 ? octet(from, i + 1) : 0, 0), left);
    }

    private static int encode(byte[] from, int offset, int length, byte[] to, int at) {
        int end = offset + length - length % 3;
        int i = offset;
        for (; i < end; i += 3) {
            at = group(to, at, threeOctets(from[i], from[i + 1], from[i + 2]));
        }
        int left = offset + length - end;
        return left == 0 ? at : lastGroup(to, at, threeOctets(from[i], left == 2 ? from[i + 1] : 0, 0), left);
    }

    private static int octet(CharSequence from, int index) {
        return AsciiString.c2b(from.charAt(index));
    }

    private static int threeOctets(int first, int second, int third) {
        return ((first & 0xff) << 16) | ((second & 0xff) << 8) | (third & 0xff);
    }

    private static int group(byte[] to, int at, int threeOctets) {
        to[at] = ALPHABET[threeOctets >>> 18];
        to[at + 1] = ALPHABET[(threeOctets >>> 12) & 63];
        to[at + 2] = ALPHABET[(threeOctets >>> 6) & 63];
        to[at + 3] = ALPHABET[threeOctets & 63];
        return at + 4;
    }

    private static int lastGroup(byte[] to, int at, int threeOctets, int octets) {
        to[at] = ALPHABET[threeOctets >>> 18];
        to[at + 1] = ALPHABET[(threeOctets >>> 12) & 63];
        if (octets == 1) {
            return at + 2;
        }
        to[at + 2] = ALPHABET[(threeOctets >>> 6) & 63];
        return at + 3;
    }

    private static void addPair(CharSequence packed, int start, int end, HttpHeaders to) {
        int colon = indexOf(packed, ':', start, end);
        if (colon == end || indexOf(packed, ':', colon + 1, end) != end) {
            throw new IllegalArgumentException(
                    "packed headers: the pair at " + start + " does not have exactly one colon");
        }
        if (colon == start) {
            throw new IllegalArgumentException("packed headers: the pair at " + start + " has an empty name");
        }
        byte[] name = decode(packed, start, colon);
        byte[] value = decode(packed, colon + 1, end);
        to.add(new AsciiString(name, false), new String(value, StandardCharsets.ISO_8859_1));
    }

    private static int indexOf(CharSequence in, char wanted, int from, int to) {
        for (int i = from; i < to; i++) {
            if (in.charAt(i) == wanted) {
                return i;
            }
        }
        return to;
    }

    private static byte[] decode(CharSequence packed, int start, int end) {
        int length = end - start;
        if (length % 4 == 1) {
            throw new IllegalArgumentException("packed headers: the base64 at " + start + " is cut");
        }
        byte[] decoded = new byte[length * 3 / 4];
        int bits = 0;
        int size = 0;
        for (int i = 0; i < length; i++) {
            bits = (bits << 6) | sixtet(packed, start + i);
            if (i % 4 != 0) {
                decoded[size++] = (byte) (bits >>> (6 - 2 * (i % 4)));
            }
        }
        return decoded;
    }

    private static int sixtet(CharSequence packed, int index) {
        char c = packed.charAt(index);
        int sixtet = c < SIXTETS.length ? SIXTETS[c] : -1;
        if (sixtet < 0) {
            String what = c == '=' ? "padding" : "a character that is not base64";
            throw new IllegalArgumentException("packed headers: " + what + " at " + index);
        }
        return sixtet;
    }

    private static byte[] sixtets() {
        byte[] sixtets = new byte[128];
        Arrays.fill(sixtets, (byte) -1);
        for (int i = 0; i < ALPHABET.length; i++) {
            sixtets[ALPHABET[i]] = (byte) i;
        }
        return sixtets;
    }
}
