package dev.adit.proxy.http;

import io.netty.handler.codec.http.HttpHeaders;

/**
 * The head of one request as it came from the downstream.
 *
 * @param kind what travels in the exchange
 * @param method the method, verbatim
 * @param authority host and optional port as the eyeball sent them; empty if there was none
 * @param path path and query, byte for byte: one char a byte (ISO 8859-1), never decoded or normalized
 * @param headers the fields without pseudo-headers and without {@code Host}; the receiver owns and may change them
 * @param contentLength the announced body length in bytes, or -1 if none was announced
 * @param bodyFollows whether body bytes or an end of the body are still to come
 */
public record RequestHead(
        ExchangeKind kind,
        String method,
        CharSequence authority,
        CharSequence path,
        HttpHeaders headers,
        long contentLength,
        boolean bodyFollows) {

    /** The same request as another kind of exchange. */
    public RequestHead as(ExchangeKind other) {
        return new RequestHead(other, method, authority, path, headers, contentLength, bodyFollows);
    }

    /** Without the fields and the query, in which there are credentials. */
    @Override
    public String toString() {
        String target = path.toString();
        int query = target.indexOf('?');
        return method + " " + authority + (query < 0 ? target : target.substring(0, query));
    }
}
