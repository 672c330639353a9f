package dev.adit.proxy.upstream;

import dev.adit.proxy.http.RequestHead;

/**
 * A request head made ready for an origin.
 *
 * @param head method, path and fields; framing and connection fields among them are not written
 * @param host value of the {@code Host} field
 * @param framing how the body's end will be marked
 * @param webSocket whether to ask for an upgrade to WebSocket
 */
public record UpstreamRequest(RequestHead head, CharSequence host, BodyFraming framing, boolean webSocket) {}
