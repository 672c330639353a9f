package dev.adit.edgesim.region;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listeners of one region and what they accepted. Confined to the event loop, but for {@link #open}, which comes
 * before all else, and {@link #addresses}.
 */
final class Region {
    private static final Logger log = LoggerFactory.getLogger(Region.class);
    // A socket that was closed is let go by the selector in its next turn; this is for a crowded machine.
    private static final int BIND_TRIES = 100;
    private static final Duration BIND_PAUSE = Duration.ofMillis(20);

    private final RegionSpec spec;
    private final EventLoop loop;
    private final ServerBootstrap bootstrap;
    private final ChannelGroup channels;
    private volatile List<InetSocketAddress> addresses = List.of();
    private boolean up = true;

    /** Takes over {@code bootstrap}. */
    Region(RegionSpec spec, EventLoop loop, ServerBootstrap bootstrap) {
        this.spec = spec;
        this.loop = loop;
        this.bootstrap = bootstrap;
        channels = new DefaultChannelGroup(loop);
    }

    RegionSpec spec() {
        return spec;
    }

    /** Where it listens when it is up. From any thread. */
    List<InetSocketAddress> addresses() {
        return addresses;
    }

    /** Listeners and connections. From any thread. */
    int openSockets() {
        return channels.size();
    }

    boolean isUp() {
        return up;
    }

    /** Listens, and hands over what comes to {@code pipelines}; waits until it does. Not on the event loop. */
    void open(ChannelHandler pipelines) throws ListenException {
        bootstrap.childHandler(new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                if (up) {
                    channels.add(channel);
                    channel.pipeline().addLast(pipelines);
                } else {
                    channel.close();
                }
            }
        });
        List<InetSocketAddress> bound = new ArrayList<>();
        for (InetSocketAddress wanted : spec.addresses()) {
            int port = bound.isEmpty() ? wanted.getPort() : bound.get(0).getPort();
            InetSocketAddress address = new InetSocketAddress(wanted.getAddress(), port);
            ChannelFuture listening = bootstrap.bind(address).awaitUninterruptibly();
            if (!listening.isSuccess()) {
                throw new ListenException(address, listening.cause());
            }
            channels.add(listening.channel());
            bound.add((InetSocketAddress) listening.channel().localAddress());
        }
        addresses = List.copyOf(bound);
    }

    /** Closes the listeners and all their connections; completes when they are closed. */
    CompletableFuture<Void> down() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        up = false;
        log.info("region={} down", spec.name());
        channels.close().addListener(done -> closed.complete(null));
        return closed;
    }

    /** Listens again at the same addresses; completes when it does. */
    CompletableFuture<Void> up() {
        if (up) {
            return CompletableFuture.completedFuture(null);
        }
        up = true;
        log.info("region={} up", spec.name());
        return CompletableFuture.allOf(addresses.stream().map(this::bindAgain).toArray(CompletableFuture<?>[]::new));
    }

    private CompletableFuture<Void> bindAgain(InetSocketAddress address) {
        CompletableFuture<Void> bound = new CompletableFuture<>();
        tryToBind(address, BIND_TRIES, bound);
        return bound;
    }

    private void tryToBind(InetSocketAddress address, int triesLeft, CompletableFuture<Void> bound) {
        bootstrap.bind(address).addListener((ChannelFuture listening) -> {
            if (!up) {
                listening.channel().close();
                bound.complete(null);
            } else if (listening.isSuccess()) {
                channels.add(listening.channel());
                bound.complete(null);
            } else if (triesLeft > 1) {
                loop.schedule(
                        () -> tryToBind(address, triesLeft - 1, bound), BIND_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
            } else {
                log.warn("region={} can't listen again at {}", spec.name(), address, listening.cause());
                bound.completeExceptionally(new ListenException(address, listening.cause()));
            }
        });
    }

    /** Closes everything, for good. From any thread. */
    void close(Duration limit) {
        channels.close().awaitUninterruptibly(limit.toMillis());
    }
}
