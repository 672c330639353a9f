package dev.adit.edgesim.eyeball;

import dev.adit.connector.wire.UserHeaders;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What a connector's response head means to the eyeball. */
sealed interface ConnectorAnswer {

    /**
     * An answer of the origin.
     *
     * @param status status, 200 also for a WebSocket that was accepted
     * @param headers the origin's headers, hop-by-hop fields included
     */
    record Origin(int status, HttpHeaders headers) implements ConnectorAnswer {
        /** Whether this accepts a WebSocket, if one was asked for. */
        boolean switchesProtocol() {
            return status == 200
                    && (headers.contains(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT)
                            || headers.contains(HttpHeaderNames.UPGRADE));
        }

        /** The headers without those that concern only the connection to the origin. */
        HttpHeaders endToEnd() {
            HttpHeaders out = headers.copy();
            for (String value : headers.getAll(HttpHeaderNames.CONNECTION)) {
                for (String name : value.split(",", -1)) {
                    if (!name.isBlank()) {
                        out.remove(name.trim());
                    }
                }
            }
            HOP_BY_HOP.forEach(out::remove);
            return out;
        }
    }

    /** No answer of the origin. */
    record Failed(Problem problem) implements ConnectorAnswer {}

    /** Fields that RFC 9110 §7.6.1 keeps to one connection. */
    Set<String> HOP_BY_HOP =
            Set.of("connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade");

    /** Reads {@code head}; the status in it is three digits, or Netty had refused it. */
    static ConnectorAnswer of(Http2Headers head) {
        CharSequence meta = head.get("cf-cloudflared-response-meta");
        int status = Integer.parseInt(head.status().toString());
        if (meta == null) {
            return new Failed(Problem.NOT_A_CONNECTOR_ANSWER);
        }
        String maker = meta.toString().toLowerCase(Locale.ROOT).replace(" ", "");
        if (maker.contains("\"src\":\"cloudflared\"")) {
            return new Failed(Problem.connectorFailed(status));
        }
        CharSequence packed = head.get("cf-cloudflared-response-headers");
        if (packed == null || !maker.contains("\"src\":\"origin\"")) {
            return new Failed(Problem.NOT_A_CONNECTOR_ANSWER);
        }
        try {
            HttpHeaders checked = new DefaultHttpHeaders();
            for (Map.Entry<String, String> field : UserHeaders.unpack(packed)) {
                checked.add(field.getKey(), field.getValue());
            }
            return new Origin(status, checked);
        } catch (IllegalArgumentException e) {
            // Not base64, or bytes that would break out of a header line.
            return new Failed(Problem.UNREADABLE_ANSWER);
        }
    }
}
