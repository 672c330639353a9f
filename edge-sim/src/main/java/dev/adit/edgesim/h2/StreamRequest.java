package dev.adit.edgesim.h2;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;

/**
 * The head of one request.
 *
 * @param headers all fields as they go on the wire, pseudo headers included
 * @param last whether the request ends with its head
 */
public record StreamRequest(Http2Headers headers, boolean last) {

    /** A request without a body. */
    public static StreamRequest bodyless(String method, String authority, String path) {
        return new StreamRequest(head(method, authority, path), true);
    }

    /** A request whose body is still to be sent. */
    public static StreamRequest open(String method, String authority, String path) {
        return new StreamRequest(head(method, authority, path), false);
    }

    /** The same request with one more field; {@code name} in lower case. */
    public StreamRequest with(String name, CharSequence value) {
        headers.add(name, value);
        return this;
    }

    // Unchecked: a test may want to send what is not allowed.
    private static Http2Headers head(String method, String authority, String path) {
        return new DefaultHttp2Headers(false)
                .method(method)
                .scheme("https")
                .authority(authority)
                .path(path);
    }
}
