package dev.adit.proxy.upstream;

import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/** The pools of one event loop, one for each way to reach an origin. Confined to that loop. */
public final class Upstreams {
    private final EventLoop loop;
    private final Dialer dialer;
    private final Map<UpstreamKey, OriginPool> pools = new HashMap<>();

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
        pools.computeIfAbsent(key, this::pool).dial(listener);
    }

    /** Gives {@code listener} a new connection of its own to an address of {@code key}'s that is {@code allowed}. */
    public void dial(UpstreamKey key, Predicate<InetSocketAddress> allowed, UpstreamListener listener) {
        new UpstreamPool(key, dialer, loop, () -> {}).dial(allowed, listener);
    }

    private OriginPool pool(UpstreamKey key) {
        return key.protocol() == Protocol.HTTP1
                ? http1(key)
                : new Http2Pool(key, dialer, http1(key), () -> pools.remove(key));
    }

    /** A pool goes when it has run empty, so that destinations seen once and rules of old do not pile up. */
    private UpstreamPool http1(UpstreamKey key) {
        return new UpstreamPool(key, dialer, loop, () -> pools.remove(key));
    }
}
