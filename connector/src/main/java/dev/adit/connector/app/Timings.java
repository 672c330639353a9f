package dev.adit.connector.app;

import dev.adit.connector.supervise.RetryTimes;
import dev.adit.connector.tunnel.TunnelTimes;

/**
 * How long a connector waits for what; tests wait for less.
 *
 * @param tunnel what concerns one connection
 * @param retry what concerns the next one
 */
public record Timings(TunnelTimes tunnel, RetryTimes retry) {
    public static final Timings DEFAULT = new Timings(TunnelTimes.DEFAULT, RetryTimes.DEFAULT);
}
