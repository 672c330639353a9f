package dev.adit.connector.tunnel;

import dev.adit.connector.edge.EdgeDialer;
import dev.adit.connector.ingress.RemoteConfig;
import dev.adit.connector.wire.RegistrationRequest;
import dev.adit.connector.wire.TunnelToken;
import dev.adit.proxy.engine.ProxyEngine;
import dev.adit.proxy.net.LoopLocal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * What all connections of a tunnel share.
 *
 * @param token proves the right to serve the tunnel
 * @param client this process, as the edge knows it
 * @param config the rules in force
 * @param configurationFlags settings of this process that the edge is shown with a local configuration
 * @param dialer reaches edges
 * @param engines serves requests, one for each event loop
 * @param blocking runs what must not run on an event loop
 * @param times how long connections wait for their edges
 * @param tags what origins are told beside the connector's id
 * @param wire counts what goes over the connections
 */
public record Tunnel(
        TunnelToken token,
        RegistrationRequest.Client client,
        RemoteConfig config,
        Map<String, String> configurationFlags,
        EdgeDialer dialer,
        LoopLocal<ProxyEngine> engines,
        Executor blocking,
        TunnelTimes times,
        List<Tag> tags,
        WireBytes wire) {
    /** One header for origins, {@code Cf-Warp-Tag-KEY: VALUE}. */
    public record Tag(String key, String value) {}

    public Tunnel {
        tags = List.copyOf(tags);
    }
}
