package dev.adit.proxy.upstream;

import dev.adit.proxy.http.RequestHead;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/** Makes the header list of a request to an HTTP/2 origin. */
final class Http2RequestFields {
    /** Fields that end at this hop or are written here (RFC 9113 §8.2.2). */
    private static final Set<AsciiString> OURS = Set.of(
            HttpHeaderNames.HOST,
            HttpHeaderNames.EXPECT,
            HttpHeaderNames.UPGRADE,
            HttpHeaderNames.CONNECTION,
            AsciiString.cached("keep-alive"),
            AsciiString.cached("proxy-connection"),
            HttpHeaderNames.CONTENT_LENGTH,
            HttpHeaderNames.TRANSFER_ENCODING);

    private Http2RequestFields() {}

    /**
     * The header list of {@code request}.
     *
     * @throws IllegalArgumentException if method, path, host or a field hold a byte that would change the meaning of the
     *     message at the next hop; the text names which, without the value
     */
    static Http2Headers of(UpstreamRequest request, boolean tls) {
        RequestHead head = request.head();
        require(!head.method().isEmpty() && head.method().chars().allMatch(RequestEncoder::isToken), "method");
        require(head.path().length() > 0 && head.path().chars().allMatch(Http2RequestFields::isVisible), "path");
        require(request.host().chars().allMatch(Http2RequestFields::isVisible), "host");
        Http2Headers list = new DefaultHttp2Headers(false, head.headers().size() + 5)
                .method(head.method())
                .scheme(tls ? "https" : "http")
                .path(head.path());
        if (request.host().length() > 0) {
            list.authority(request.host());
        }
        Iterator<Map.Entry<CharSequence, CharSequence>> fields = head.headers().iteratorCharSequence();
        while (fields.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = fields.next();
            AsciiString name = AsciiString.of(field.getKey()).toLowerCase();
            if (isPassedOn(name, field.getValue())) {
                require(!name.isEmpty() && name.chars().allMatch(RequestEncoder::isToken), "field name");
                require(field.getValue().chars().allMatch(RequestEncoder::isValue), "the value of " + name);
                list.add(name, field.getValue());
            }
        }
        if (request.framing() == BodyFraming.LENGTH) {
            list.add(HttpHeaderNames.CONTENT_LENGTH, Long.toString(Math.max(0, head.contentLength())));
        }
        return list;
    }

    private static boolean isPassedOn(AsciiString name, CharSequence value) {
        return !OURS.contains(name)
                && (!HttpHeaderNames.TE.equals(name) || HttpHeaderValues.TRAILERS.contentEqualsIgnoreCase(value));
    }

    private static boolean isVisible(int c) {
        return c > ' ' && c != 127 && c <= 255;
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("illegal byte in " + what);
        }
    }
}
