package dev.adit.connector.wire;

import io.netty.util.AsciiString;

/** Names and values of the headers that connector and edge put on the streams of a tunnel for each other. */
public final class TunnelHeaders {
    /** Request: says that a stream is no plain HTTP. */
    public static final AsciiString PROXY_CONNECTION_UPGRADE =
            AsciiString.cached("cf-cloudflared-proxy-connection-upgrade");

    public static final AsciiString UPGRADE_CONTROL_STREAM = AsciiString.cached("control-stream");
    public static final AsciiString UPGRADE_CONFIGURATION = AsciiString.cached("update-configuration");
    public static final AsciiString UPGRADE_WEBSOCKET = AsciiString.cached("websocket");

    /** Request: makes a stream raw TCP to its authority. */
    public static final AsciiString PROXY_SRC = AsciiString.cached("cf-cloudflared-proxy-src");

    /** Response: the origin's headers, see {@link UserHeaders}. */
    public static final AsciiString RESPONSE_HEADERS = AsciiString.cached("cf-cloudflared-response-headers");

    /** Response: who answered. */
    public static final AsciiString RESPONSE_META = AsciiString.cached("cf-cloudflared-response-meta");

    public static final AsciiString META_ORIGIN = AsciiString.cached("{\"src\":\"origin\"}");
    public static final AsciiString META_CONNECTOR = AsciiString.cached("{\"src\":\"cloudflared\"}");

    /** A TCP stream was refused because too many are open. */
    public static final AsciiString META_FLOW_RATE_LIMITED =
            AsciiString.cached("{\"src\":\"cloudflared\",\"flow_rate_limited\":true}");

    /** Response: spans that the connector recorded. */
    public static final AsciiString TRACING = AsciiString.cached("cf-int-cloudflared-tracing");

    /** Request: asks for {@link #TRACING}. */
    public static final AsciiString TRACE_ID = AsciiString.cached("cf-trace-id");

    private TunnelHeaders() {}
}
