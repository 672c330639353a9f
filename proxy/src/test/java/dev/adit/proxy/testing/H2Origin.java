package dev.adit.proxy.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.net.Transport;
import dev.adit.proxy.route.Target;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** An HTTP/2 origin that does on each stream what a test says. Text is ISO 8859-1: one char a byte. */
public final class H2Origin implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup group = Transport.best().group(1, "h2-origin");
    private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private final List<Channel> connections = new CopyOnWriteArrayList<>();
    private final AtomicBoolean stalled = new AtomicBoolean();
    private final Channel listener;

    /** Without TLS, with an HTTP/2 library's usual settings. */
    public H2Origin() {
        this(null, new Http2Settings());
    }

    /** With TLS unless {@code tls} is null, and with {@code settings}. */
    public H2Origin(@Nullable SslContext tls, Http2Settings settings) {
        listener = new ServerBootstrap()
                .group(group)
                .channel(Transport.best().serverSocket())
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.add(channel);
                        channel.closeFuture().addListener(closed -> connections.remove(channel));
                        if (tls != null) {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        }
                        channel.pipeline().addLast(new Builder().make(settings));
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** This origin as the target of a rule, without TLS. */
    public Target.ClearHttp2Origin target() {
        return new Target.ClearHttp2Origin("127.0.0.1", port());
    }

    /** The next request. */
    public Call next() {
        try {
            Call call = calls.poll(Waiting.LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(call).as("a request within %s", Waiting.LIMIT).isNotNull();
            return call;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public int connections() {
        return connections.size();
    }

    /** Gives no more credit for request bodies. */
    public void stall() {
        stalled.set(true);
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        for (Channel channel : connections) {
            channel.close().syncUninterruptibly();
        }
        group.shutdownGracefully(0, Waiting.LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(group.terminationFuture().awaitUninterruptibly(Waiting.LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as("origin's loop ends")
                .isTrue();
    }

    /** One request as the origin sees it. */
    public static final class Call {
        private final ChannelHandlerContext context;
        private final Http2ConnectionHandler handler;
        private final int id;
        private final Http2Headers headers;
        /** Confined to the loop; {@link #seen} is for the test. */
        private final StringBuilder body = new StringBuilder();

        private volatile String seen = "";
        private final AtomicLong written = new AtomicLong();
        private volatile @Nullable Http2Headers trailers;
        private volatile boolean ended;
        private volatile long reset = -1;

        Call(ChannelHandlerContext context, Http2ConnectionHandler handler, int id, Http2Headers headers) {
            this.context = context;
            this.handler = handler;
            this.id = id;
            this.headers = headers;
        }

        /** A field or pseudo-field, "" if it is missing. */
        public String field(String name) {
            CharSequence value = headers.get(name);
            return value == null ? "" : value.toString();
        }

        public Http2Headers headers() {
            return headers;
        }

        /** The body once it is complete. */
        public String body() {
            Waiting.until("the end of the request", () -> ended);
            return seen;
        }

        /** The body once it has {@code length} bytes. */
        public String body(int length) {
            Waiting.until("body bytes", () -> seen.length() >= length);
            return seen;
        }

        /** Body bytes that came so far. */
        public int received() {
            return seen.length();
        }

        /** A trailer, "" if it is missing; after {@link #body()}. */
        public String trailer(String name) {
            Http2Headers list = trailers;
            CharSequence value = list == null ? null : list.get(name);
            return value == null ? "" : value.toString();
        }

        /** The code of the reset that ended the stream. */
        public long awaitReset() {
            Waiting.until("a reset", () -> reset >= 0);
            return reset;
        }

        public Call head(String status, boolean end, String... namesAndValues) {
            Http2Headers list = fields(namesAndValues).status(status);
            return run(() -> handler.encoder().writeHeaders(context, id, list, 0, end, context.newPromise()));
        }

        public Call data(String text, boolean end) {
            ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
            return run(() -> handler.encoder()
                    .writeData(context, id, bytes, 0, end, context.newPromise())
                    .addListener(done -> written.addAndGet(text.length())));
        }

        public Call trailers(String... namesAndValues) {
            Http2Headers list = fields(namesAndValues);
            return run(() -> handler.encoder().writeHeaders(context, id, list, 0, true, context.newPromise()));
        }

        /** Body bytes that have left. */
        public long written() {
            return written.get();
        }

        public void reset(long code) {
            run(() -> handler.encoder().writeRstStream(context, id, code, context.newPromise()));
        }

        /** Says that nothing after {@code lastStream} was looked at. */
        public void goAway(int lastStream) {
            run(() ->
                    handler.encoder().writeGoAway(context, lastStream, 0, Unpooled.EMPTY_BUFFER, context.newPromise()));
        }

        public int id() {
            return id;
        }

        /** Resets the TCP connection. */
        public void breakConnection() {
            context.channel().close();
        }

        private Call run(Runnable task) {
            context.executor().execute(() -> {
                task.run();
                // Not of the context: the handler sends what waits for window before it flushes.
                handler.flush(context);
            });
            return this;
        }

        private static Http2Headers fields(String... namesAndValues) {
            Http2Headers list = new DefaultHttp2Headers(false);
            for (int i = 0; i < namesAndValues.length; i += 2) {
                list.add(namesAndValues[i], namesAndValues[i + 1]);
            }
            return list;
        }
    }

    private final class Builder extends AbstractHttp2ConnectionHandlerBuilder<Http2ConnectionHandler, Builder> {
        Http2ConnectionHandler make(Http2Settings settings) {
            return server(true)
                    .initialSettings(settings)
                    .gracefulShutdownTimeoutMillis(0)
                    .frameListener(new Http2EventAdapter())
                    .encoderEnforceMaxRstFramesPerWindow(0, 30)
                    .build();
        }

        @Override
        protected Http2ConnectionHandler build(
                Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
            Handler handler = new Handler(decoder, encoder, settings);
            decoder.frameListener(handler.new Frames());
            return handler;
        }
    }

    private final class Handler extends Http2ConnectionHandler {
        private final java.util.Map<Integer, Call> open = new java.util.HashMap<>();

        Handler(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
            super(decoder, encoder, settings);
        }

        private final class Frames extends Http2EventAdapter {
            @Override
            public void onHeadersRead(
                    ChannelHandlerContext ctx,
                    int streamId,
                    Http2Headers headers,
                    int streamDependency,
                    short weight,
                    boolean exclusive,
                    int padding,
                    boolean endOfStream) {
                onHeadersRead(ctx, streamId, headers, padding, endOfStream);
            }

            @Override
            public void onHeadersRead(
                    ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream) {
                Call call = open.get(streamId);
                if (call == null) {
                    call = new Call(ctx, Handler.this, streamId, headers);
                    open.put(streamId, call);
                    calls.add(call);
                } else {
                    call.trailers = headers;
                }
                call.ended |= endOfStream;
            }

            @Override
            public int onDataRead(
                    ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream) {
                Call call = open.get(streamId);
                int bytes = data.readableBytes();
                if (call != null) {
                    call.body.append(data.toString(StandardCharsets.ISO_8859_1));
                    call.seen = call.body.toString();
                    call.ended |= endOfStream;
                }
                return stalled.get() ? padding : padding + bytes;
            }

            @Override
            public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
                Call call = open.get(streamId);
                if (call != null) {
                    call.reset = errorCode;
                }
            }
        }
    }
}
