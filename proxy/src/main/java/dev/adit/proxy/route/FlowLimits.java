package dev.adit.proxy.route;

import java.time.Duration;

/**
 * Limits of streams of TCP bytes that belong to no rule.
 *
 * @param connectTimeout limit for one dial
 * @param maxActive most of them at one time in the whole process, 0 for no limit
 * @param tcpKeepAlive idle time before and between keep-alive probes
 */
public record FlowLimits(Duration connectTimeout, int maxActive, Duration tcpKeepAlive) {
    /** cloudflared's defaults. */
    public static final FlowLimits DEFAULT = new FlowLimits(Duration.ofSeconds(5), 0, Duration.ofSeconds(30));
}
