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
 */
public record HarnessParts(FlowLimits flowLimits, KeySource keys, Clock clock, Duration pingEvery) {
    /** No flow limit, no keys, the clock of the machine, no pings to speak of. */
    public HarnessParts() {
        this(
                FlowLimits.DEFAULT,
                issuer -> CompletableFuture.failedFuture(new IOException("this test has no keys")),
                Clock.systemUTC(),
                Duration.ofHours(1));
    }

    public HarnessParts withFlowLimits(FlowLimits limits) {
        return new HarnessParts(limits, keys, clock, pingEvery);
    }

    public HarnessParts withKeys(KeySource source, Clock now) {
        return new HarnessParts(flowLimits, source, now, pingEvery);
    }

    public HarnessParts withPings(Duration every) {
        return new HarnessParts(flowLimits, keys, clock, every);
    }
}
