package dev.adit.proxy.net;

import io.netty.channel.EventLoop;

/**
 * Puts off the flush of one channel to the end of the current turn of its event loop, so that everything written in one
 * turn leaves in one system call and nothing waits for longer. Confined to that loop.
 */
public final class FlushSoon implements Runnable {
    private final EventLoop loop;
    private final Runnable flush;
    private boolean scheduled;

    /** Runs {@code flush} on {@code loop} at most once for any number of {@link #request()}s in one turn. */
    public FlushSoon(EventLoop loop, Runnable flush) {
        this.loop = loop;
        this.flush = flush;
    }

    /** Asks for a flush later in this turn of the loop. */
    public void request() {
        assert loop.inEventLoop();
        if (!scheduled) {
            scheduled = true;
            loop.execute(this);
        }
    }

    /** Called by the loop. */
    @Override
    public void run() {
        scheduled = false;
        flush.run();
    }
}
