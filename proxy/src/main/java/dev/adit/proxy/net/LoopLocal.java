package dev.adit.proxy.net;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.IdentityHashMap;
import java.util.function.Function;

/**
 * One value for each event loop of a group, made at start; found without locks.
 *
 * @param <T> a type that is confined to its loop
 */
public final class LoopLocal<T> {
    private final IdentityHashMap<EventExecutor, T> values = new IdentityHashMap<>();

    /** Makes a value for every loop of {@code group} with {@code factory}, on the calling thread. */
    public LoopLocal(EventLoopGroup group, Function<EventLoop, T> factory) {
        for (EventExecutor loop : group) {
            values.put(loop, factory.apply((EventLoop) loop));
        }
    }

    /** The value of {@code loop}, which must belong to the group. */
    public T get(EventLoop loop) {
        T value = values.get(loop);
        if (value == null) {
            throw new IllegalArgumentException("an event loop of another group: " + loop);
        }
        return value;
    }
}
