package dev.adit.edgesim.tunnel;

import dev.adit.connector.wire.TunnelHeaders;
import dev.adit.edgesim.h2.StreamRequest;

/** How the edge asks for a control stream. */
final class ControlStream {
    /** What the streams that are not for an origin have as authority; connectors don't look at it. */
    static final String AUTHORITY = "h2.cftunnel.com";

    private ControlStream() {}

    static StreamRequest request() {
        return StreamRequest.open("GET", AUTHORITY, "/")
                .with(TunnelHeaders.PROXY_CONNECTION_UPGRADE.toString(), TunnelHeaders.UPGRADE_CONTROL_STREAM);
    }
}
