package dev.adit.edgesim.admin;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Closes a connection whose client takes too long with what is expected of it. Confined to its event loop. */
final class Deadline {
    private final Channel channel;
    private final Duration patience;
    private @Nullable Future<?> pending;

    Deadline(Channel channel, Duration patience) {
        this.channel = channel;
        this.patience = patience;
    }

    /** Expects the next thing from now on, in place of what was expected before. */
    void restart() {
        stop();
        pending = channel.eventLoop().schedule(() -> channel.close(), patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Expects nothing any more. */
    void stop() {
        Future<?> running = pending;
        if (running != null) {
            running.cancel(false);
            pending = null;
        }
    }
}
