package dev.adit.connector.wire;

import io.netty.handler.codec.http.HttpHeaders;

/** What a stream that the edge opened is for. */
public enum StreamKind {
    CONTROL,
    CONFIGURATION,
    WEBSOCKET,
    TCP,
    HTTP;

    /** Values are compared exactly, names without regard to case, and a TCP source goes before a control stream. */
    public static StreamKind of(HttpHeaders requestHeaders) {
        String upgrade = requestHeaders.get(TunnelHeaders.PROXY_CONNECTION_UPGRADE);
        if (upgrade != null) {
            if (TunnelHeaders.UPGRADE_CONFIGURATION.contentEquals(upgrade)) {
                return CONFIGURATION;
            }
            if (TunnelHeaders.UPGRADE_WEBSOCKET.contentEquals(upgrade)) {
                return WEBSOCKET;
            }
        }
        String source = requestHeaders.get(TunnelHeaders.PROXY_SRC);
        if (source != null && !source.isEmpty()) {
            return TCP;
        }
        return upgrade != null && TunnelHeaders.UPGRADE_CONTROL_STREAM.contentEquals(upgrade) ? CONTROL : HTTP;
    }
}
