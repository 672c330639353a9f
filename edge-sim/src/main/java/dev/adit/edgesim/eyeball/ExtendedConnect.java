package dev.adit.edgesim.eyeball;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Headers.PseudoHeaderName;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A WebSocket that is asked for by extended CONNECT (RFC 8441), seen as the GET that it would be over HTTP/1.1, with
 * a mark instead of the upgrade fields: Netty's adapter drops those.
 */
final class ExtendedConnect {
    /** The mark; no eyeball's own field of this name passes {@link HeadGate}. */
    static final String MARK = "x-http2-extended-connect";

    private static final int KEY_BYTES = 16;

    private ExtendedConnect() {}

    static boolean isWebSocket(Http2Headers headers) {
        CharSequence protocol = headers.get(PseudoHeaderName.PROTOCOL.value());
        return protocol != null
                && HttpHeaderValues.WEBSOCKET.contentEquals(protocol)
                && HttpMethod.CONNECT.asciiName().contentEquals(headers.method());
    }

    /** The request that means the same as {@code connect}. */
    static Http2Headers upgrade(Http2Headers connect) {
        Http2Headers headers = new DefaultHttp2Headers(false);
        headers.setAll(connect);
        headers.remove(PseudoHeaderName.PROTOCOL.value());
        headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        headers.method(HttpMethod.GET.asciiName());
        headers.set(MARK, HttpHeaderValues.WEBSOCKET);
        // The eyeball has sent none, and an origin wants one (RFC 8441 §5.1).
        headers.set(HttpHeaderNames.SEC_WEBSOCKET_KEY, newKey());
        return headers;
    }

    private static String newKey() {
        byte[] key = new byte[KEY_BYTES];
        ThreadLocalRandom.current().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }
}
