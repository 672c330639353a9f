package dev.adit.connector.ingress;

import dev.adit.proxy.route.FlowLimits;
import dev.adit.proxy.route.IpRules;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Limits of private-network traffic, as {@code warp-routing} gives them.
 *
 * @param connectTimeout limit for one dial; 5 s
 * @param maxActiveFlows most flows at one time, 0 for no limit
 * @param tcpKeepAlive idle time before and between keep-alive probes; 30 s
 * @param ipRules which destinations may be reached, the first that speaks of one decides; null for all; ours
 */
public record WarpRouting(
        Duration connectTimeout,
        int maxActiveFlows,
        Duration tcpKeepAlive,
        @Nullable IpRules ipRules) {
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

    /** Limits that leave all destinations open. */
    public WarpRouting(Duration connectTimeout, int maxActiveFlows, Duration tcpKeepAlive) {
        this(connectTimeout, maxActiveFlows, tcpKeepAlive, null);
    }

    /** The same for the engine. */
    public FlowLimits limits() {
        return new FlowLimits(connectTimeout, maxActiveFlows, tcpKeepAlive, ipRules);
    }
}
