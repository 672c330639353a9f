package dev.adit.connector.tunnel;

import dev.adit.proxy.h2.Http2PingTimes;
import java.time.Duration;

/**
 * How long a connection waits for its edge.
 *
 * @param dial limit for the TCP connect, and again for the TLS handshake; 15 s, cloudflared's {@code --dial-edge-timeout}
 * @param controlStream limit for the edge to open the control stream after the handshake; 15 s, cloudflared waits for ever
 * @param rpc limit for the answer to a registration; 5 s, cloudflared's {@code --rpc-timeout}
 * @param ping when the edge is asked for signs of life
 */
public record TunnelTimes(Duration dial, Duration controlStream, Duration rpc, Http2PingTimes ping) {
    private static final Duration MOST_FOR_DIAL = Duration.ofMinutes(5);

    public static final TunnelTimes DEFAULT = new TunnelTimes(
            Duration.ofSeconds(15), Duration.ofSeconds(15), Duration.ofSeconds(5), Http2PingTimes.TUNNEL);

    public TunnelTimes {
        if (dial.toMillis() < 1 || dial.compareTo(MOST_FOR_DIAL) > 0) {
            throw new IllegalArgumentException(
                    "--dial-edge-timeout must be above 0s and at most 5m, was " + dial.toMillis() + "ms");
        }
        if (rpc.isZero() || rpc.isNegative()) {
            throw new IllegalArgumentException("--rpc-timeout must be above 0s, was " + rpc.toMillis() + "ms");
        }
    }

    /** The same with another limit for TCP connects and TLS handshakes. */
    public TunnelTimes withDial(Duration limit) {
        return new TunnelTimes(limit, controlStream, rpc, ping);
    }

    /** The same with another limit for registrations. */
    public TunnelTimes withRpc(Duration limit) {
        return new TunnelTimes(dial, controlStream, limit, ping);
    }

    /** The same with another limit for the control stream to be opened. */
    public TunnelTimes withControlStream(Duration limit) {
        return new TunnelTimes(dial, limit, rpc, ping);
    }

    /** The same, but edges are asked for signs of life after {@code idle} or {@code busy} and must answer within {@code answer}. */
    public TunnelTimes withPing(Duration idle, Duration busy, Duration answer) {
        Duration check = answer.dividedBy(8);
        return new TunnelTimes(
                dial,
                controlStream,
                rpc,
                new Http2PingTimes(idle, busy, answer, ping.slow(), check, ping.quietStreams()));
    }
}
