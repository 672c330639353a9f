package dev.adit.connector.edge;

import dev.adit.proxy.net.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Connects to an edge: TCP, then TLS with the name that edges expect and without ALPN. */
public final class EdgeDialer {
    /** Name for SNI and certificate check at every edge address; cloudflared's. */
    private static final String SERVER_NAME = "h2.cftunnel.com";

    /** cloudflared's. */
    private static final Duration LIMIT = Duration.ofSeconds(15);

    /** Large enough to batch, small enough that PING and WINDOW_UPDATE are not late (measured: LoopbackLoad). */
    private static final WriteBufferWaterMark WATERMARK = new WriteBufferWaterMark(64 << 10, 256 << 10);

    /** The kernel's own limit for bytes without acknowledgment; above that of our PINGs, which see more and come first. */
    private static final Duration UNACKNOWLEDGED = Duration.ofSeconds(15);

    private final Bootstrap template;
    private final SslContext tls;
    private final Executor blocking;
    private final AddressResolverGroup<InetSocketAddress> resolver;
    private Duration limit = LIMIT;
    private @Nullable EdgeProxy proxy;

    /**
     * @param resolver looks names up without blocking
     * @param tls how to shake hands, of {@link EdgeTls}
     * @param blocking runs the costly parts of handshakes
     */
    public EdgeDialer(
            Transport transport, AddressResolverGroup<InetSocketAddress> resolver, SslContext tls, Executor blocking) {
        this.blocking = blocking;
        this.tls = tls;
        this.resolver = resolver;
        template = new Bootstrap()
                .channel(transport.socket())
                .resolver(resolver)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATERMARK)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        // Only what is connected gets handlers.
                    }
                });
        transport.boundUnsent(template, UNACKNOWLEDGED);
    }

    /** Dials from {@code local} from now on. To be called before anything is dialed. */
    public void bindTo(InetAddress local) {
        template.localAddress(local, 0);
    }

    /** Asks {@code other} to connect from now on. To be called before anything is dialed. */
    public void through(EdgeProxy other) {
        proxy = other;
    }

    /** Gives up a TCP connect, and again a handshake, after {@code most}; 15 s otherwise. To be called before anything is dialed. */
    public void giveUpAfter(Duration most) {
        limit = most;
    }

    /** Connects on {@code loop}; calls one of the two there, once. What is connected has shaken hands. */
    public void dial(EdgeAddress address, EventLoop loop, Consumer<Channel> connected, Consumer<EdgeFailure> failed) {
        int millis = (int) ConnectRace.limitOfOne(limit).toMillis();
        Bootstrap bootstrap = template.clone().group(loop).option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis);
        Consumer<Channel> shaking = channel -> shakeHands(channel, address, connected, failed);
        EdgeProxy asked = proxy;
        if (asked == null) {
            ConnectRace.start(
                    () -> bootstrap.connect(address.host(), address.port()),
                    loop,
                    limit,
                    new ConnectRace.Result(shaking, why -> failed.accept(unreachable(text(why)))));
        } else {
            dialThrough(
                    asked,
                    bootstrap,
                    address,
                    new ConnectRace.Result(shaking, why -> failed.accept(unreachable(asked.problem(address, why)))));
        }
    }

    private void dialThrough(EdgeProxy asked, Bootstrap bootstrap, EdgeAddress address, ConnectRace.Result result) {
        EventLoop loop = (EventLoop) Objects.requireNonNull(bootstrap.config().group());
        EdgeAddress at = asked.address();
        resolver.getResolver(loop)
                .resolve(InetSocketAddress.createUnresolved(at.host(), at.port()))
                .addListener((Future<InetSocketAddress> found) -> {
                    if (!found.isSuccess()) {
                        loop.execute(() -> result.failed().accept(found.cause()));
                        return;
                    }
                    bootstrap.resolver(NoopAddressResolverGroup.INSTANCE).handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            asked.install(channel.pipeline(), found.getNow(), limit);
                        }
                    });
                    ConnectRace.start(
                            // A name is looked up by the proxy, which may be the only one that knows it.
                            () -> bootstrap.connect(InetSocketAddress.createUnresolved(address.host(), address.port())),
                            loop,
                            limit,
                            new ConnectRace.Result(channel -> awaitProxy(channel, result), result.failed()));
                });
    }

    private static void awaitProxy(Channel channel, ConnectRace.Result result) {
        channel.pipeline().get(HttpProxyHandler.class).connectFuture().addListener((Future<Channel> done) -> {
            if (done.isSuccess()) {
                EdgeProxy.connected(channel.pipeline());
                result.connected().accept(channel);
            } else {
                channel.close();
                result.failed().accept(done.cause());
            }
        });
    }

    private static EdgeFailure unreachable(String detail) {
        return new EdgeFailure(EdgeFailure.Kind.UNREACHABLE, detail);
    }

    private void shakeHands(
            Channel channel, EdgeAddress address, Consumer<Channel> connected, Consumer<EdgeFailure> failed) {
        SslHandler handler = tls.newHandler(channel.alloc(), SERVER_NAME, address.port(), blocking);
        handler.setHandshakeTimeoutMillis(limit.toMillis());
        HandshakeErrors errors = new HandshakeErrors();
        channel.pipeline().addLast(handler, errors);
        handler.handshakeFuture().addListener((Future<Channel> shaken) -> {
            if (shaken.isSuccess()) {
                channel.pipeline().remove(errors);
                connected.accept(channel);
                return;
            }
            channel.close();
            EdgeTrust.UntrustedEdge untrusted = untrusted(shaken.cause());
            failed.accept(
                    untrusted == null
                            ? new EdgeFailure(EdgeFailure.Kind.TLS, text(root(shaken.cause())))
                            : new EdgeFailure(EdgeFailure.Kind.UNTRUSTED, text(untrusted)));
        });
    }

    /** Ends the way of an error through the pipeline: who dialed hears of it by the future of the handshake. */
    private static final class HandshakeErrors extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            // The handshake has failed, or is about to, with this very cause.
        }
    }

    private static EdgeTrust.@Nullable UntrustedEdge untrusted(@Nullable Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof EdgeTrust.UntrustedEdge found) {
                return found;
            }
        }
        return null;
    }

    /** What went wrong first; what wraps it says less. */
    private static @Nullable Throwable root(@Nullable Throwable error) {
        Throwable root = error;
        while (root != null && root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static String text(@Nullable Throwable error) {
        if (error == null) {
            return "unknown";
        }
        String message = error.getMessage();
        return message == null ? error.getClass().getSimpleName() : message;
    }
}
