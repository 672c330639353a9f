package dev.adit.connector.ingress;

import dev.adit.proxy.route.FlowLimits;
import java.time.Duration;

/**
 * Limits of private-network traffic, as {@code warp-routing} gives them.
 *
 * @param connectTimeout limit for one dial; 5 s
 * @param maxActiveFlows most flows at one time, 0 for no limit
 * @param tcpKeepAlive idle time before and between keep-alive probes; 30 s
 */
public record WarpRouting(Duration connectTimeout, int maxActiveFlows, Duration tcpKeepAlive) {
    /** cloudflared's defaults. */
    public static final WarpRouting DEFAULT = new WarpRouting(Duration.ofSeconds(5), 0, Duration.ofSeconds(30));

    public WarpRouting {
        if (connectTimeout.isNegative() || connectTimeout.isZero()) {
            throw new IllegalArgumentException("warp-routing.connectTimeout must be positive, was " + connectTimeout);
        }
        if (maxActiveFlows < 0) {
            throw new IllegalArgumentException(
                    "warp-routing.maxActiveFlows must not be negative, was " + maxActiveFlows);
        }
        if (tcpKeepAlive.isNegative() || tcpKeepAlive.isZero()) {
            throw new IllegalArgumentException("warp-routing.tcpKeepAlive must be positive, was " + tcpKeepAlive);
        }
    }

    /** The same for the engine. */
    public FlowLimits limits() {
        return new FlowLimits(connectTimeout, maxActiveFlows, tcpKeepAlive);
    }
}
