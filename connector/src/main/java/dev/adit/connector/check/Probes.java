package dev.adit.connector.check;

import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.edge.EdgeDialer;
import dev.adit.connector.edge.EdgeFailure;
import dev.adit.proxy.net.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** Asks, dials, hangs up. Blocks no thread; results come on the loop. */
final class Probes {
    private final EventLoop loop;
    private final Transport transport;
    private final AddressResolverGroup<InetSocketAddress> names;
    private final EdgeDialer dialer;
    private final CheckLimits limits;

    /** What probes are made with: the same as a tunnel's. */
    record Means(
            EventLoop loop, Transport transport, AddressResolverGroup<InetSocketAddress> names, EdgeDialer dialer) {}

    Probes(Means means, CheckLimits limits) {
        loop = means.loop;
        transport = means.transport;
        names = means.names;
        dialer = means.dialer;
        this.limits = limits;
    }

    /** Completes when {@code host} has an address, or fails with the resolver's words. */
    CompletableFuture<InetSocketAddress> resolve(String host, int port) {
        CompletableFuture<InetSocketAddress> result = new CompletableFuture<>();
        names.getResolver(loop)
                .resolve(InetSocketAddress.createUnresolved(host, port))
                .addListener((Future<InetSocketAddress> done) -> {
                    if (done.isSuccess()) {
                        result.complete(done.getNow());
                    } else {
                        result.completeExceptionally(done.cause());
                    }
                });
        return result;
    }

    /** TCP and TLS to an edge; the failure says which of the two it was. */
    CompletableFuture<Void> edge(EdgeAddress edge) {
        return again(
                0,
                () -> dial(edge, channel -> {
                    channel.close();
                    return CompletableFuture.completedFuture((Void) null);
                }));
    }

    /** Whether large packets arrive at an edge; fails if that can't be told. Tried once: TCP itself tries again and again. */
    CompletableFuture<Boolean> largePackets(EdgeAddress edge) {
        return dial(edge, channel -> LargePackets.arrive(channel, limits.attempt()));
    }

    /** Completes as what {@code connected} gives does, which is called on the loop before anything of the edge is read. */
    private <T> CompletableFuture<T> dial(EdgeAddress edge, Function<Channel, CompletableFuture<T>> connected) {
        CompletableFuture<CompletableFuture<T>> result = new CompletableFuture<>();
        dialer.dial(
                edge,
                loop,
                channel -> result.complete(connected.apply(channel)),
                failure -> result.completeExceptionally(new Unreachable(failure)));
        return result.thenCompose(Function.identity());
    }

    /** TCP and no more. */
    CompletableFuture<Void> tcp(SocketAddress address) {
        return again(0, () -> connect(address));
    }

    private CompletableFuture<Void> connect(SocketAddress address) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        boolean inet = address instanceof InetSocketAddress;
        new Bootstrap()
                .group(loop)
                .channel(inet ? transport.socket() : transport.unixSocket())
                .resolver(inet ? names : null)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        limits.attempt().toMillis())
                .handler(new ChannelDuplexHandler())
                .connect(address)
                .addListener((ChannelFutureListener) done -> {
                    if (done.isSuccess()) {
                        done.channel().close();
                        result.complete(null);
                    } else {
                        result.completeExceptionally(done.cause());
                    }
                });
        return result;
    }

    private CompletableFuture<Void> again(int tries, Supplier<CompletableFuture<Void>> probe) {
        return probe.get()
                .orTimeout(limits.attempt().toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(error -> tries == limits.pauses().size()
                        ? CompletableFuture.failedFuture(error)
                        : later(limits.pauses().get(tries)).thenCompose(now -> again(tries + 1, probe)));
    }

    private CompletableFuture<Void> later(Duration pause) {
        CompletableFuture<Void> passed = new CompletableFuture<>();
        loop.schedule(() -> passed.complete(null), pause.toMillis(), TimeUnit.MILLISECONDS);
        return passed;
    }

    /** An edge that did not answer as one. */
    static final class Unreachable extends Exception {
        private static final long serialVersionUID = 1;

        Unreachable(EdgeFailure why) {
            super(why.detail());
        }
    }
}
