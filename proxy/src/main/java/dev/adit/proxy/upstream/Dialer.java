package dev.adit.proxy.upstream;

import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.Failure.Kind;
import dev.adit.proxy.net.Transport;
import dev.adit.proxy.route.OriginOptions;
import dev.adit.proxy.route.Target;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connects to origins on one event loop: looks the name up, tries its addresses one after the other, and shakes hands.
 * Confined to that loop, which it never blocks.
 */
public final class Dialer {
    private final EventLoop loop;
    private final AddressResolverGroup<InetSocketAddress> resolver;
    private final OriginTls tls;
    private final Bootstrap template;
    private final RequestEncoder encoder = new RequestEncoder();

    /** Connects on {@code loop}, which must be one of {@code transport}; {@code resolver} must not block. */
    public Dialer(
            Transport transport, EventLoop loop, AddressResolverGroup<InetSocketAddress> resolver, OriginTls tls) {
        this.loop = loop;
        this.resolver = resolver;
        this.tls = tls;
        template = new Bootstrap()
                .group(loop)
                .channel(transport.socket())
                .resolver(NoopAddressResolverGroup.INSTANCE)
                // An origin may answer and close while the request body is still on its way (413): after a failed
                // write the channel only stops writing, and what the origin sent is read.
                .option(ChannelOption.AUTO_CLOSE, false)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true);
    }

    /** Gives {@code listener} a new connection, or tells it why there is none. */
    void dial(UpstreamKey key, UpstreamPool pool, UpstreamListener listener) {
        Dial dial = new Dial(key, pool, listener);
        if (key.origin().tls()) {
            tls.context(key.options()).whenCompleteAsync(dial::withContext, loop);
        } else {
            dial.resolve(null);
        }
    }

    /** One attempt to get a connection. */
    private final class Dial {
        private final UpstreamKey key;
        private final UpstreamPool pool;
        private final UpstreamListener listener;
        private final long deadlineNanos;

        Dial(UpstreamKey key, UpstreamPool pool, UpstreamListener listener) {
            this.key = key;
            this.pool = pool;
            this.listener = listener;
            deadlineNanos = System.nanoTime() + key.options().connectTimeout().toNanos();
        }

        void withContext(@Nullable SslContext context, @Nullable Throwable error) {
            if (context == null) {
                fail(Kind.TLS, error);
            } else {
                resolve(context);
            }
        }

        void resolve(@Nullable SslContext context) {
            Target.HttpOrigin origin = key.origin();
            resolver.getResolver(loop)
                    .resolveAll(InetSocketAddress.createUnresolved(origin.host(), origin.port()))
                    .addListener((FutureListener<List<InetSocketAddress>>) found -> {
                        if (found.isSuccess()) {
                            connect(found.getNow(), 0, context);
                        } else {
                            fail(Kind.UNRESOLVED, found.cause());
                        }
                    });
        }

        private void connect(List<InetSocketAddress> addresses, int index, @Nullable SslContext context) {
            long leftMillis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime()));
            ChannelFuture connected = template.clone()
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.min(Integer.MAX_VALUE, leftMillis))
                    // TLS has no half-close that origins use; without it the end of input is the end.
                    .option(ChannelOption.ALLOW_HALF_CLOSURE, context == null)
                    .handler(new ChannelInitializer<SocketChannel>() {
                        @Override
                        protected void initChannel(SocketChannel channel) {
                            initialize(channel, context);
                        }
                    })
                    .connect(addresses.get(index));
            connected.addListener((ChannelFutureListener) done -> {
                if (done.isSuccess()) {
                    afterConnect(done.channel());
                } else if (index + 1 < addresses.size() && System.nanoTime() - deadlineNanos < 0) {
                    connect(addresses, index + 1, context);
                } else {
                    boolean late = done.cause() instanceof ConnectTimeoutException;
                    fail(late ? Kind.CONNECT_TIMEOUT : Kind.REFUSED, done.cause());
                }
            });
        }

        private void initialize(SocketChannel channel, @Nullable SslContext context) {
            KeepAliveProbes.set(channel, key.options().tcpKeepAlive());
            if (context != null) {
                OriginOptions options = key.options();
                String name = options.originServerName();
                SslHandler handler = context.newHandler(
                        channel.alloc(),
                        name == null ? key.origin().host() : name,
                        key.origin().port(),
                        tls.blocking());
                handler.setHandshakeTimeoutMillis(options.tlsTimeout().toMillis());
                channel.pipeline().addLast(handler);
            }
            UpstreamConnection connection = new UpstreamConnection(channel, pool, encoder);
            UpstreamDecoder decoder = new UpstreamDecoder(connection);
            channel.pipeline().addLast(decoder, new UpstreamHandler(connection, decoder));
            channel.attr(UpstreamHandler.CONNECTION).set(connection);
        }

        private void afterConnect(Channel channel) {
            SslHandler handler = channel.pipeline().get(SslHandler.class);
            if (handler == null) {
                hand(channel);
                return;
            }
            handler.handshakeFuture().addListener((Future<Channel> shaken) -> {
                if (shaken.isSuccess()) {
                    hand(channel);
                } else {
                    channel.close();
                    fail(Kind.TLS, shaken.cause());
                }
            });
        }

        private void hand(Channel channel) {
            channel.attr(UpstreamHandler.CONNECTION).get().use(listener, false);
        }

        private void fail(Kind kind, @Nullable Throwable cause) {
            listener.upstreamFailed(new Failure(kind, String.valueOf(cause)));
        }
    }
}
