package dev.adit.proxy.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import java.util.concurrent.TimeUnit;

/** How a test ends its event loops. */
public final class EventLoops {
    private EventLoops() {}

    /**
     * Ends {@code group} with all that its channels hold, whatever they are doing, and waits for that; a tenth of a second. Without
     * a quiet period, a loop that runs tasks just then ends with its channels open.
     */
    public static void end(EventLoopGroup group) {
        group.shutdownGracefully(1, Waiting.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(group.terminationFuture().awaitUninterruptibly(Waiting.LIMIT.toMillis()))
                .as("event loops end within %s", Waiting.LIMIT)
                .isTrue();
    }
}
