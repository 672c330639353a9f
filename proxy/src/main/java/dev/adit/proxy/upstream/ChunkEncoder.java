package dev.adit.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Chunked transfer coding of request bodies (RFC 9112 §7.1). */
final class ChunkEncoder {
    private static final int CRLF = '\r' << 8 | '\n';

    /** Trailers that would change framing, routing or authentication if an origin merged them (RFC 9110 §6.5.1). */
    private static final Set<String> FORBIDDEN_TRAILERS = Set.of(
            "transfer-encoding",
            "content-length",
            "host",
            "trailer",
            "te",
            "connection",
            "upgrade",
            "keep-alive",
            "proxy-connection",
            "authorization",
            "proxy-authorization",
            "cookie",
            "expect",
            "content-encoding",
            "content-type",
            "content-range");

    private ChunkEncoder() {}

    /** {@code data} as one chunk. Takes over {@code data}; the caller owns the result. */
    static ByteBuf chunk(ByteBuf data, ByteBufAllocator allocator) {
        ByteBuf start = allocator.buffer(12);
        ByteBufUtil.writeAscii(start, Integer.toHexString(data.readableBytes()));
        start.writeShort(CRLF);
        return allocator
                .compositeBuffer(3)
                .addComponent(true, start)
                .addComponent(true, data)
                .addComponent(true, allocator.buffer(2).writeShort(CRLF));
    }

    /** The last chunk and the trailers, without those that an origin must not get; the caller owns the result. */
    static ByteBuf lastChunk(@Nullable HttpHeaders trailers, ByteBufAllocator allocator) {
        ByteBuf last = allocator.buffer(16);
        last.writeByte('0').writeShort(CRLF);
        if (trailers != null) {
            for (Map.Entry<String, String> trailer : trailers) {
                if (isAllowed(trailer.getKey(), trailer.getValue())) {
                    writeName(trailer.getKey(), last);
                    last.writeShort(':' << 8 | ' ');
                    last.writeCharSequence(trailer.getValue(), StandardCharsets.ISO_8859_1);
                    last.writeShort(CRLF);
                }
            }
        }
        return last.writeShort(CRLF);
    }

    /** The head has left, so a trailer that can't be expressed is dropped rather than the request refused. */
    private static boolean isAllowed(String name, String value) {
        return !name.isEmpty()
                && name.chars().allMatch(RequestEncoder::isToken)
                && value.chars().allMatch(RequestEncoder::isValue)
                && !FORBIDDEN_TRAILERS.contains(name.toLowerCase(Locale.ROOT));
    }

    private static void writeName(String name, ByteBuf to) {
        boolean capital = true;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            to.writeByte(RequestEncoder.canonical(c, capital));
            capital = c == '-';
        }
    }
}
