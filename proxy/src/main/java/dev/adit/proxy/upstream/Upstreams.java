package dev.adit.proxy.upstream;

import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.Map;

/** The pools of one event loop, one for each way to reach an origin. Confined to that loop. */
public final class Upstreams {
    private final EventLoop loop;
    private final Dialer dialer;
    private final Map<UpstreamKey, UpstreamPool> pools = new HashMap<>();

    public Upstreams(EventLoop loop, Dialer dialer) {
        this.loop = loop;
        this.dialer = dialer;
    }

    /** Gives {@code listener} a connection for {@code key}: an idle one at once, or a new one. */
    public void acquire(UpstreamKey key, UpstreamListener listener) {
        pools.computeIfAbsent(key, this::pool).acquire(listener);
    }

    /** Gives {@code listener} a connection for {@code key} that nobody used before. */
    public void dial(UpstreamKey key, UpstreamListener listener) {
        UpstreamPool pool = pools.get(key);
        (pool == null ? pool(key) : pool).dial(listener);
    }

    /** A pool goes when it has run empty, so that destinations seen once and rules of old do not pile up. */
    private UpstreamPool pool(UpstreamKey key) {
        return new UpstreamPool(key, dialer, loop, () -> pools.remove(key));
    }
}
