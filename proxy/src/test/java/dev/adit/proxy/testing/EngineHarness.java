package dev.adit.proxy.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.access.AccessGate;
import dev.adit.proxy.engine.EngineContext;
import dev.adit.proxy.engine.Flows;
import dev.adit.proxy.engine.ProxyEngine;
import dev.adit.proxy.h2.Http2Limits;
import dev.adit.proxy.h2.Http2ServerBuilder;
import dev.adit.proxy.h2.Http2ServerConnection;
import dev.adit.proxy.http.ExchangeHandler;
import dev.adit.proxy.net.LoopLocal;
import dev.adit.proxy.net.Transport;
import dev.adit.proxy.route.OriginOptions;
import dev.adit.proxy.route.Route;
import dev.adit.proxy.route.RouteTable;
import dev.adit.proxy.route.Target;
import dev.adit.proxy.upstream.Dialer;
import dev.adit.proxy.upstream.OriginTls;
import dev.adit.proxy.upstream.Upstreams;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The engine behind a plaintext HTTP/2 listener on loopback. A request with {@code x-test-kind} is an exchange of that
 * kind. {@link #close()} returns when all channels are gone and the loop has ended.
 */
public final class EngineHarness implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup group = Transport.best().group(1, "engine");
    private final ExecutorService blocking = Executors.newCachedThreadPool();
    private final List<Http2ServerConnection> connections = new CopyOnWriteArrayList<>();
    private final AtomicLong passedOn = new AtomicLong();
    private final ExchangeTally tally = new ExchangeTally();
    private final WaitingTally waiting = new WaitingTally();
    private final ChannelGroup channels = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
    private final EventLoop loop = (EventLoop) group.iterator().next();
    private final RouteTable routes;
    private final Http2Limits limits;
    private final LoopLocal<ExchangeHandler> engines;
    private final Channel listener;

    /** Sends everything to {@code target} with the default options and the tunnel's limits. */
    public EngineHarness(Target target) {
        this(target, new OriginOptionsBuilder().build());
    }

    /** Sends everything to {@code target} with the tunnel's limits. */
    public EngineHarness(Target target, OriginOptions options) {
        this(Http2Limits.TUNNEL, target, options);
    }

    /** Sends everything to {@code target}. */
    public EngineHarness(Http2Limits limits, Target target, OriginOptions options) {
        this(limits, RouteTable.of(List.of(new Route(0, null, null, target, options))));
    }

    /** Routes by {@code routes}. The name {@code both.test} has an address that refuses and then 127.0.0.1. */
    public EngineHarness(Http2Limits limits, RouteTable routes) {
        this(limits, routes, new HarnessParts());
    }

    /** As above, with what {@code parts} replace. */
    public EngineHarness(Http2Limits limits, RouteTable routes, HarnessParts parts) {
        this.limits = limits;
        this.routes = routes;
        NamedAddresses names = new NamedAddresses(Map.of(
                "origin.test",
                List.of(InetAddress.getLoopbackAddress()),
                "both.test",
                List.of(loopback(2), InetAddress.getLoopbackAddress())));
        OriginTls tls = new OriginTls(blocking);
        EngineContext context = new EngineContext(
                new Flows(parts::flowLimits),
                new AccessGate(blocking, parts.keys(), parts.clock()),
                parts.halfOpenIdle(),
                parts.pingEvery());
        engines = new LoopLocal<>(
                group,
                each -> new TestKinds(
                        new ProxyEngine(
                                () -> this.routes,
                                new Upstreams(each, new Dialer(Transport.best(), each, names, tls).observedBy(waiting)),
                                context,
                                tally),
                        passedOn));
        listener = new ServerBootstrap()
                .group(group)
                .channel(Transport.best().serverSocket())
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(65_536, 262_144))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel);
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    private void accept(Channel channel) {
        Http2ServerConnection connection =
                Http2ServerBuilder.build(limits, engines.get(channel.eventLoop()), code -> {});
        connections.add(connection);
        channels.add(channel);
        channel.closeFuture().addListener(closed -> connections.remove(connection));
        channel.pipeline().addLast(connection, new Tail());
    }

    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    public H2Client client() {
        return new H2Client(port());
    }

    /** The one connection that is open. */
    public Http2ServerConnection connection() {
        Waiting.until("one connection", () -> connections.size() == 1);
        return connections.get(0);
    }

    /** How many HTTP/2 connections are open. */
    public int connections() {
        return connections.size();
    }

    /** Open streams of all connections. */
    public int activeStreams() {
        return onLoop(() -> connections.stream()
                .mapToInt(Http2ServerConnection::activeStreams)
                .sum());
    }

    /** Held request bytes of all connections. */
    public long heldBytes() {
        return onLoop(() ->
                connections.stream().mapToLong(Http2ServerConnection::heldBytes).sum());
    }

    /** Response bytes that the engine has given to HTTP/2 streams, sent or not. */
    public long passedOn() {
        return passedOn.get();
    }

    /** What the engine told of its exchanges. */
    public ExchangeTally tally() {
        return tally;
    }

    /** How many exchanges wait for a connection to an origin. */
    public int waiting() {
        return waiting.now();
    }

    /** Waits until no stream is open and nothing is held. */
    public void awaitNoStreams() {
        Waiting.until("no open streams", () -> activeStreams() == 0);
        assertThat(heldBytes()).as("held bytes when no stream is open").isZero();
    }

    /** Runs {@code task} on the engine's event loop, later. */
    public void execute(Runnable task) {
        loop.execute(task);
    }

    /** Runs {@code task} on the engine's event loop. */
    public <T> T onLoop(Callable<T> task) {
        try {
            return loop.submit(task).get(Waiting.LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Closes the connections first: a loop that shuts down may end before it has told every handler that its channel is
     * gone, and what those hold would then look like a leak.
     */
    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        onLoop(() -> {
            channels.forEach(channel ->
                    channel.pipeline().context(Http2ServerConnection.class).close());
            return true;
        });
        Waiting.until("HTTP/2 connections closed", connections::isEmpty);
        onLoop(() -> "what closing them has caused is done");
        group.shutdownGracefully(0, Waiting.LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(group.terminationFuture().awaitUninterruptibly(Waiting.LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as("engine's loop ends")
                .isTrue();
        tally.assertAllEnded();
        blocking.shutdownNow();
    }

    private static InetAddress loopback(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends what no handler knew how to deal with. */
    private static final class Tail extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
