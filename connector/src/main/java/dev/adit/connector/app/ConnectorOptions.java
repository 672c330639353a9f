package dev.adit.connector.app;

import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.edge.EdgeOptions;
import dev.adit.connector.ingress.Ingress;
import dev.adit.connector.ingress.WarpRouting;
import dev.adit.connector.wire.TunnelToken;
import dev.adit.proxy.route.FlowLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code tunnel run} was told, checked.
 *
 * @param token the tunnel to serve
 * @param edge where to dial
 * @param caCert PEM authorities for the edge that replace the machine's, or null
 * @param ingress the rules to start with, or null if only the edge has some
 * @param connections HA connections to keep, 1 to 64; cloudflared: 4
 * @param gracePeriod the longest that a drain may take, 0 s to 180 s; 30 s
 * @param shownFlags the settings that the edge is shown with a local configuration
 * @param timings how long to wait for what
 * @param admin the local HTTP server
 * @param life how the process begins and ends among others
 * @param maxActiveFlows most flows of private networks at one time, 0 for no limit, whatever the edge says; null if it may say
 * @param security how the edge is trusted and keys are agreed on
 * @param presence what the connector tells of itself
 * @param checkedApi where the API is, if the way to it, to the edge and to origins is to be checked at start; else null
 */
public record ConnectorOptions(
        TunnelToken token,
        EdgeOptions edge,
        @Nullable Path caCert,
        @Nullable Ingress ingress,
        int connections,
        Duration gracePeriod,
        Map<String, String> shownFlags,
        Timings timings,
        AdminOptions admin,
        LifeOptions life,
        @Nullable Integer maxActiveFlows,
        EdgeSecurity security,
        Presence presence,
        @Nullable EdgeAddress checkedApi) {

    /** cloudflared's limit. */
    private static final Duration MAX_GRACE = Duration.ofMinutes(3);

    private static final int MAX_CONNECTIONS = 64;

    public ConnectorOptions {
        shownFlags = Map.copyOf(shownFlags);
        if (connections < 1 || connections > MAX_CONNECTIONS) {
            throw new IllegalArgumentException("--ha-connections must be 1 to 64, was " + connections);
        }
        if (gracePeriod.isNegative() || gracePeriod.compareTo(MAX_GRACE) > 0) {
            throw new IllegalArgumentException(
                    "--grace-period must be 0s to 3m0s, was " + gracePeriod.toSeconds() + "s");
        }
        if (maxActiveFlows != null && maxActiveFlows < 0) {
            throw new IllegalArgumentException("--max-active-flows must not be negative, was " + maxActiveFlows);
        }
    }

    /** The limits of flows of private networks: those of the configuration in force, but for what was set here. */
    FlowLimits limits(WarpRouting configured) {
        FlowLimits limits = configured.limits();
        return maxActiveFlows == null
                ? limits
                : new FlowLimits(limits.connectTimeout(), maxActiveFlows, limits.tcpKeepAlive(), limits.allowed());
    }

    /** The same with the defaults for what is not here: any free port for the local HTTP server, no checks, no hand-over. */
    public ConnectorOptions(
            TunnelToken token,
            EdgeOptions edge,
            @Nullable Path caCert,
            @Nullable Ingress ingress,
            int connections,
            Duration gracePeriod,
            Map<String, String> shownFlags,
            Timings timings) {
        this(
                token,
                edge,
                caCert,
                ingress,
                connections,
                gracePeriod,
                shownFlags,
                timings,
                AdminOptions.ANY_PORT,
                LifeOptions.NONE,
                null,
                EdgeSecurity.DEFAULT,
                Presence.DEFAULT,
                null);
    }
}
