package dev.adit.proxy.route;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Limits of streams of TCP bytes that belong to no rule.
 *
 * @param connectTimeout limit for one dial
 * @param maxActive most of them at one time in the whole process, 0 for no limit
 * @param tcpKeepAlive idle time before and between keep-alive probes
 * @param allowed which destinations may be reached; null for all
 */
public record FlowLimits(
        Duration connectTimeout,
        int maxActive,
        Duration tcpKeepAlive,
        @Nullable IpRules allowed) {
    /** cloudflared's defaults. */
    public static final FlowLimits DEFAULT = new FlowLimits(Duration.ofSeconds(5), 0, Duration.ofSeconds(30));

    /** Limits that leave all destinations open. */
    public FlowLimits(Duration connectTimeout, int maxActive, Duration tcpKeepAlive) {
        this(connectTimeout, maxActive, tcpKeepAlive, null);
    }
}
