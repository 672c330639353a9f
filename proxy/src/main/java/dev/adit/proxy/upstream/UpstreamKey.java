package dev.adit.proxy.upstream;

import dev.adit.proxy.route.OriginOptions;
import org.jspecify.annotations.Nullable;

/**
 * What two requests must have in common to share connections.
 *
 * @param endpoint where to connect
 * @param tlsName name for SNI and certificate check; null to speak no TLS
 * @param protocol what to speak
 * @param options how to connect and for how long to keep the connection
 */
public record UpstreamKey(Endpoint endpoint, @Nullable String tlsName, Protocol protocol, OriginOptions options) {
    /** A plain TCP connection. */
    public static UpstreamKey tcp(String host, int port, OriginOptions options) {
        return new UpstreamKey(new Endpoint.Tcp(host, port), null, Protocol.HTTP1, options);
    }
}
