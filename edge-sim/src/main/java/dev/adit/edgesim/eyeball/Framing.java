package dev.adit.edgesim.eyeball;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Refuses HTTP/1 requests that two servers could cut in different places (RFC 9112 §6.3, §11.2). */
final class Framing {
    private Framing() {}

    /** What is wrong with the framing of {@code request}; null when nothing is. */
    static @Nullable Problem problemOf(HttpRequest request) {
        boolean old = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        if (!old && !request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            return Problem.VERSION;
        }
        List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (codings.isEmpty()) {
            return null;
        }
        boolean chunked = codings.size() == 1 && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.get(0));
        return chunked && !old ? null : Problem.BAD_FRAMING;
    }
}
