package dev.adit.proxy.upstream;

import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.Failure.Kind;
import dev.adit.proxy.net.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Connects to origins on one event loop: looks the name up, lets its addresses race, and shakes hands. Confined to that
 * loop, which it never blocks.
 */
public final class Dialer {
    private final Transport transport;
    private final EventLoop loop;
    private final AddressResolverGroup<InetSocketAddress> resolver;
    private final OriginTls tls;
    private final Bootstrap unix;
    private final Bootstrap tcp;
    private final RequestEncoder encoder = new RequestEncoder();
    private OriginObserver observer = OriginObserver.NONE;

    /** Connects on {@code loop}, which must be one of {@code transport}; {@code resolver} must not block. */
    public Dialer(
            Transport transport, EventLoop loop, AddressResolverGroup<InetSocketAddress> resolver, OriginTls tls) {
        this.transport = transport;
        this.loop = loop;
        this.resolver = resolver;
        this.tls = tls;
        unix = template(transport.unixSocket());
        tcp = template(transport.socket())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true);
    }

    /** Tells {@code hearing} of every connection from now on; gives this. */
    public Dialer observedBy(OriginObserver hearing) {
        observer = hearing;
        return this;
    }

    OriginObserver observer() {
        return observer;
    }

    private Bootstrap template(Class<? extends Channel> type) {
        return new Bootstrap()
                .group(loop)
                .channel(type)
                .resolver(NoopAddressResolverGroup.INSTANCE)
                // An origin may answer and close while the request body is still on its way (413): after a failed
                // write the channel only stops writing, and what the origin sent is read.
                .option(ChannelOption.AUTO_CLOSE, false);
    }

    /**
     * Tells {@code dialed} a new connection, or why there is none.
     *
     * @param pool where a connection for one exchange at a time goes when it is idle
     * @param allowed which of the addresses that a name has may be tried
     */
    void dial(UpstreamKey key, UpstreamPool pool, Predicate<InetSocketAddress> allowed, Dialed dialed) {
        Dial dial = new Dial(key, pool, allowed, dialed);
        if (key.tlsName() == null) {
            dial.resolve(null);
        } else {
            tls.context(key).whenCompleteAsync(dial::withContext, loop);
        }
    }

    /** Tells the observer what comes of a dial that began at {@code sinceNanos}. */
    private final class Told implements Dialed {
        private final Dialed dialed;
        private final long sinceNanos;

        Told(Dialed dialed, long sinceNanos) {
            this.dialed = dialed;
            this.sinceNanos = sinceNanos;
        }

        @Override
        public void http1(Http1Connection connection) {
            observer.connected(System.nanoTime() - sinceNanos);
            dialed.http1(connection);
        }

        @Override
        public void http2(Http2Session session) {
            observer.connected(System.nanoTime() - sinceNanos);
            dialed.http2(session);
        }

        @Override
        public void failed(Failure failure) {
            observer.notConnected(failure.kind());
            dialed.failed(failure);
        }
    }

    /** One attempt to get a connection. */
    private final class Dial implements AddressRace.Finish {
        private final UpstreamKey key;
        private final UpstreamPool pool;
        private final Predicate<InetSocketAddress> allowed;
        private final Dialed dialed;
        private final long deadlineNanos;
        private @Nullable SslContext context;

        Dial(UpstreamKey key, UpstreamPool pool, Predicate<InetSocketAddress> allowed, Dialed dialed) {
            this.key = key;
            this.pool = pool;
            this.allowed = allowed;
            long now = System.nanoTime();
            this.dialed = new Told(dialed, now);
            deadlineNanos = now + key.options().connectTimeout().toNanos();
        }

        void withContext(@Nullable SslContext made, @Nullable Throwable error) {
            if (made == null) {
                fail(Kind.TLS, error);
            } else {
                resolve(made);
            }
        }

        void resolve(@Nullable SslContext made) {
            context = made;
            if (key.endpoint() instanceof Endpoint.Unix socket) {
                connect(List.of(transport.unixAddress(socket.path())), unix);
                return;
            }
            Endpoint.Tcp origin = (Endpoint.Tcp) key.endpoint();
            resolver.getResolver(loop)
                    .resolveAll(InetSocketAddress.createUnresolved(origin.host(), origin.port()))
                    .addListener((FutureListener<List<InetSocketAddress>>) found -> {
                        if (found.isSuccess()) {
                            connectAllowed(found.getNow());
                        } else {
                            fail(Kind.UNRESOLVED, found.cause());
                        }
                    });
        }

        private void connectAllowed(List<InetSocketAddress> addresses) {
            List<InetSocketAddress> left = addresses.stream().filter(allowed).toList();
            if (left.isEmpty()) {
                dialed.failed(new Failure(Kind.FORBIDDEN, "ipRules allow none of the destination's addresses"));
            } else {
                connect(left, tcp);
            }
        }

        private void connect(List<? extends SocketAddress> addresses, Bootstrap template) {
            Bootstrap bootstrap = template.clone()
                    // TLS and HTTP/2 have no half-close that origins use; without it the end of input is the end.
                    .option(ChannelOption.ALLOW_HALF_CLOSURE, context == null && key.protocol() == Protocol.HTTP1)
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            initialize(channel);
                        }
                    });
            AddressRace race = new AddressRace(
                    loop,
                    address -> bootstrap
                            .clone()
                            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, leftMillis())
                            .connect(address),
                    deadlineNanos,
                    this);
            if (key.options().noHappyEyeballs()) {
                race.start(addresses);
            } else {
                race.startStaggered(addresses);
            }
        }

        private int leftMillis() {
            // Rounded up: a limit that ends a moment before the deadline would leave time for the next address.
            long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime()) + 1;
            return (int) Math.max(1, Math.min(Integer.MAX_VALUE, left));
        }

        private void initialize(Channel channel) {
            if (channel instanceof SocketChannel socket) {
                KeepAliveProbes.set(socket, key.options().tcpKeepAlive());
            }
            SslContext made = context;
            if (made != null) {
                int port = key.endpoint() instanceof Endpoint.Tcp origin ? origin.port() : -1;
                SslHandler handler = made.newHandler(channel.alloc(), key.tlsName(), port, tls.blocking());
                handler.setHandshakeTimeoutMillis(key.options().tlsTimeout().toMillis());
                channel.pipeline().addLast(handler);
            }
            if (key.protocol() == Protocol.HTTP1) {
                addHttp1(channel);
            } else if (made != null) {
                channel.pipeline().addLast(new Negotiation());
            }
        }

        private Http1Connection addHttp1(Channel channel) {
            Http1Connection connection = new Http1Connection(channel, pool, encoder);
            UpstreamDecoder decoder =
                    new UpstreamDecoder(connection, key.options().maxResponseHeaderBytes());
            channel.pipeline().addLast(decoder, new UpstreamHandler(connection, decoder));
            channel.attr(UpstreamHandler.CONNECTION).set(connection);
            return connection;
        }

        private void addHttp2(Channel channel) {
            channel.pipeline().addLast(Http2SessionBuilder.build(key, dialed));
        }

        @Override
        public void won(Channel channel) {
            observer.opened();
            channel.closeFuture().addListener(closed -> observer.closed());
            SslHandler handler = channel.pipeline().get(SslHandler.class);
            if (handler == null) {
                if (key.protocol() == Protocol.HTTP1) {
                    hand(channel);
                } else {
                    addHttp2(channel);
                }
            } else if (key.protocol() == Protocol.HTTP1) {
                handler.handshakeFuture().addListener((Future<Channel> shaken) -> {
                    if (shaken.isSuccess()) {
                        hand(channel);
                    } else {
                        channel.close();
                        fail(Kind.TLS, shaken.cause());
                    }
                });
            }
        }

        @Override
        public void lost(@Nullable Throwable cause) {
            fail(cause instanceof ConnectTimeoutException ? Kind.CONNECT_TIMEOUT : Kind.REFUSED, cause);
        }

        private void hand(Channel channel) {
            dialed.http1(channel.attr(UpstreamHandler.CONNECTION).get());
        }

        private void fail(Kind kind, @Nullable Throwable cause) {
            dialed.failed(new Failure(kind, String.valueOf(cause)));
        }

        /** Waits for the origin's choice in the TLS handshake. */
        private final class Negotiation extends ApplicationProtocolNegotiationHandler {
            Negotiation() {
                super(ApplicationProtocolNames.HTTP_1_1);
            }

            @Override
            protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
                if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
                    addHttp2(ctx.channel());
                } else {
                    dialed.http1(addHttp1(ctx.channel()));
                }
            }

            @Override
            protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
                ctx.close();
                fail(Kind.TLS, cause);
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                ctx.close();
            }
        }
    }
}
