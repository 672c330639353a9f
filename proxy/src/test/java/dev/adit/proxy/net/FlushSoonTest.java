package dev.adit.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class FlushSoonTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final AtomicInteger flushes = new AtomicInteger();
    private final FlushSoon flush = new FlushSoon(channel.eventLoop(), flushes::incrementAndGet);

    @Test
    void flushesOnceForManyRequestsOfOneTurn() {
        flush.request();
        flush.request();
        flush.request();
        assertThat(flushes).hasValue(0);

        channel.runPendingTasks();
        assertThat(flushes).hasValue(1);
    }

    @Test
    void flushesAgainInTheNextTurn() {
        flush.request();
        channel.runPendingTasks();
        flush.request();
        channel.runPendingTasks();

        assertThat(flushes).hasValue(2);
    }

    @Test
    void flushesAgainIfTheFlushAsksForIt() {
        AtomicInteger turns = new AtomicInteger();
        FlushSoon[] again = new FlushSoon[1];
        again[0] = new FlushSoon(channel.eventLoop(), () -> {
            if (turns.incrementAndGet() < 3) {
                again[0].request();
            }
        });

        again[0].request();
        channel.runPendingTasks();

        assertThat(turns).hasValue(3);
    }
}
