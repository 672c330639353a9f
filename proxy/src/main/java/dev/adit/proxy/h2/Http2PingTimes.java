package dev.adit.proxy.h2;

import java.time.Duration;

/**
 * How long the peer of a connection may go without proof that it still hears us.
 *
 * @param idle time without a proof after which a connection without traffic is asked for one at the latest; and time after
 *     the last traffic from which on there is none; 15 s
 * @param busy the same with traffic; 3 s
 * @param answer time that the answer may take while nothing moves; 4 s, so that a dead path is found within 10 s with
 *     traffic and 20 s without
 * @param slow the most that request bodies may hold the answer up, in the peer's socket; 30 s
 * @param check time between looks at the clock and at the socket; a quarter of {@code answer} or less
 * @param quietStreams open streams that are no traffic; 1 for a tunnel, its control stream
 */
public record Http2PingTimes(
        Duration idle, Duration busy, Duration answer, Duration slow, Duration check, int quietStreams) {
    /** For a tunnel. */
    public static final Http2PingTimes TUNNEL = new Http2PingTimes(
            Duration.ofSeconds(15),
            Duration.ofSeconds(3),
            Duration.ofSeconds(4),
            Duration.ofSeconds(30),
            Duration.ofMillis(500),
            1);

    public Http2PingTimes {
        if (check.isZero() || check.isNegative() || check.multipliedBy(4).compareTo(answer) > 0) {
            throw new IllegalArgumentException(
                    "check must be above zero and at most a quarter of answer, was " + check);
        }
    }
}
