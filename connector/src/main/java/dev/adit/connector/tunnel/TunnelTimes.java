package dev.adit.connector.tunnel;

import dev.adit.proxy.h2.Http2PingTimes;
import java.time.Duration;

/**
 * How long a connection waits for its edge.
 *
 * @param controlStream limit for the edge to open the control stream after the handshake; 15 s, cloudflared waits for ever
 * @param rpc limit for the answer to a registration; 5 s, cloudflared's {@code --rpc-timeout}
 * @param ping when the edge is asked for signs of life
 */
public record TunnelTimes(Duration controlStream, Duration rpc, Http2PingTimes ping) {
    public static final TunnelTimes DEFAULT =
            new TunnelTimes(Duration.ofSeconds(15), Duration.ofSeconds(5), Http2PingTimes.TUNNEL);

    public TunnelTimes {
        if (rpc.isZero() || rpc.isNegative()) {
            throw new IllegalArgumentException("--rpc-timeout must be above 0s, was " + rpc.toMillis() + "ms");
        }
    }

    /** The same with another limit for registrations. */
    public TunnelTimes withRpc(Duration limit) {
        return new TunnelTimes(controlStream, limit, ping);
    }
}
