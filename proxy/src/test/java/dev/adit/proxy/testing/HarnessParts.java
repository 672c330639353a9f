package dev.adit.proxy.testing;

import dev.adit.proxy.access.KeySource;
import dev.adit.proxy.route.FlowLimits;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * What a test may replace in an {@link EngineHarness}.
 *
 * @param flowLimits limits of streams without a rule
 * @param keys where keys come from
 * @param clock what time it is
 * @param pingEvery time between WebSocket pings
 * @param halfOpenIdle how long a half-open stream of bytes may be idle
 */
public record HarnessParts(
        FlowLimits flowLimits, KeySource keys, Clock clock, Duration pingEvery, Duration halfOpenIdle) {
    /** No flow limit, no keys, the clock of the machine, no pings and no idle limit to speak of. */
    public HarnessParts() {
        this(
                FlowLimits.DEFAULT,
                issuer -> CompletableFuture.failedFuture(new IOException("this test has no keys")),
                Clock.systemUTC(),
                Duration.ofHours(1),
                Duration.ofHours(1));
    }

    public HarnessParts withFlowLimits(FlowLimits limits) {
        return new HarnessParts(limits, keys, clock, pingEvery, halfOpenIdle);
    }

    public HarnessParts withKeys(KeySource source, Clock now) {
        return new HarnessParts(flowLimits, source, now, pingEvery, halfOpenIdle);
    }

    public HarnessParts withPings(Duration every) {
        return new HarnessParts(flowLimits, keys, clock, every, halfOpenIdle);
    }

    public HarnessParts withHalfOpenIdle(Duration limit) {
        return new HarnessParts(flowLimits, keys, clock, pingEvery, limit);
    }
}
