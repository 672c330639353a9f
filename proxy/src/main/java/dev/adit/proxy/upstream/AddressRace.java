package dev.adit.proxy.upstream;

import dev.adit.proxy.net.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Connects to one of several addresses: each is tried as soon as the one before it has failed or was given a head start
 * (RFC 8305), and the first connection that is up wins. Confined to one event loop.
 */
final class AddressRace {
    /** RFC 8305 §8, Connection Attempt Delay. */
    private static final long HEAD_START_MILLIS = 250;

    /** Hears how the race ends. */
    interface Finish {
        /** This connection is up; the others are closed. */
        void won(Channel channel);

        /** There is none; {@code cause} is why the last one failed. */
        void lost(@Nullable Throwable cause);
    }

    private final EventLoop loop;
    private final Function<SocketAddress, ChannelFuture> connector;
    private final long deadlineNanos;
    private final Finish finish;
    private final Queue<SocketAddress> waiting = new ArrayDeque<>();
    private final List<Channel> running = new ArrayList<>();
    private boolean staggered;
    private boolean done;

    /** Tries no new address after {@code deadlineNanos}. */
    AddressRace(EventLoop loop, Function<SocketAddress, ChannelFuture> connector, long deadlineNanos, Finish finish) {
        this.loop = loop;
        this.connector = connector;
        this.deadlineNanos = deadlineNanos;
        this.finish = finish;
    }

    /** Tries {@code addresses} with head starts, families taking turns. */
    void startStaggered(List<? extends SocketAddress> addresses) {
        staggered = true;
        start(takingTurns(addresses));
    }

    /** Tries {@code addresses} in their order, each after the one before has failed. */
    void start(List<? extends SocketAddress> addresses) {
        waiting.addAll(addresses);
        next();
    }

    /** The resolver's order decides which family is first. */
    private static List<SocketAddress> takingTurns(List<? extends SocketAddress> addresses) {
        ArrayDeque<SocketAddress> first = new ArrayDeque<>();
        ArrayDeque<SocketAddress> other = new ArrayDeque<>();
        for (SocketAddress address : addresses) {
            (bits(address) == bits(addresses.get(0)) ? first : other).add(address);
        }
        List<SocketAddress> mixed = new ArrayList<>(addresses.size());
        while (!first.isEmpty() || !other.isEmpty()) {
            mixed.addAll(first.isEmpty() ? List.of() : List.of(first.remove()));
            mixed.addAll(other.isEmpty() ? List.of() : List.of(other.remove()));
        }
        return mixed;
    }

    private static int bits(SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getAddress().length
                : 0;
    }

    private void next() {
        SocketAddress address = waiting.poll();
        if (address == null) {
            return;
        }
        ChannelFuture connecting = connector.apply(address);
        running.add(connecting.channel());
        // Without a file descriptor left there is no channel, and Netty tells on a thread of its own.
        connecting.addListener(tried -> Transport.onLoop(loop, () -> tried(connecting)));
        if (staggered && !waiting.isEmpty()) {
            int left = waiting.size();
            loop.schedule(() -> headStartOver(left), HEAD_START_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** @param left how many addresses waited then; if there are fewer now, the head start is an old one */
    private void headStartOver(int left) {
        if (!done && waiting.size() == left) {
            next();
        }
    }

    private void tried(ChannelFuture tried) {
        running.remove(tried.channel());
        if (done) {
            tried.channel().close();
        } else if (tried.isSuccess()) {
            done = true;
            // A copy: each that is closed comes back here.
            List.copyOf(running).forEach(Channel::close);
            finish.won(tried.channel());
        } else if (!waiting.isEmpty() && System.nanoTime() - deadlineNanos < 0) {
            next();
        } else if (running.isEmpty()) {
            done = true;
            finish.lost(tried.cause());
        }
    }
}
