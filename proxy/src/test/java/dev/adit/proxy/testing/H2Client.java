package dev.adit.proxy.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An HTTP/2 client by prior knowledge that numbers its streams itself, from 1, and does what a test says: leaves windows
 * closed, sends frames that no client should.
 */
public final class H2Client implements AutoCloseable {
    /** Something to do on the client's event loop. */
    @FunctionalInterface
    interface Action {
        void run(ChannelHandlerContext context) throws Exception;
    }

    private static final int CONNECTION_WINDOW = 1 << 30;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Map<Integer, H2Stream> streams = new ConcurrentHashMap<>();
    private final CompletableFuture<Long> goAway = new CompletableFuture<>();
    private final CompletableFuture<Http2Settings> settings = new CompletableFuture<>();
    private final Http2ConnectionHandler handler;
    private final Channel channel;
    private int nextId = 1;
    /** Of the last PING; confined to the loop. */
    private CompletableFuture<Void> pong = new CompletableFuture<>();

    /** Connects to a loopback port with stream windows of 65,535 bytes. */
    public H2Client(int port) {
        this(port, 65_535);
    }

    /** Connects to a loopback port with stream windows of {@code streamWindow} bytes and no limit for the connection. */
    public H2Client(int port, int streamWindow) {
        handler = new Http2ConnectionHandlerBuilder()
                .connection(new DefaultHttp2Connection(false))
                .initialSettings(new Http2Settings()
                        .initialWindowSize(streamWindow)
                        .pushEnabled(false)
                        .maxHeaderListSize(2 << 20))
                .frameListener(new Frames())
                .validateHeaders(false)
                .encoderEnforceMaxConcurrentStreams(false)
                .encoderIgnoreMaxHeaderListSize(true)
                .decoderEnforceMaxRstFramesPerWindow(0, 30)
                .encoderEnforceMaxRstFramesPerWindow(0, 30)
                .gracefulShutdownTimeoutMillis(0)
                .build();
        channel = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel ch) {
                        ch.pipeline().addLast(handler);
                    }
                })
                .connect(InetAddress.getLoopbackAddress(), port)
                .syncUninterruptibly()
                .channel();
        channel.closeFuture()
                .addListener(closed -> streams.values().forEach(stream -> stream.add(new H2Stream.Event.Reset(-1))));
        run(ctx -> handler.connection()
                .local()
                .flowController()
                .incrementWindowSize(handler.connection().connectionStream(), CONNECTION_WINDOW));
        await(settings);
    }

    /** Sends a request without a body. */
    public H2Stream request(String method, String path, String... namesAndValues) {
        return send(headers(method, path, namesAndValues), true);
    }

    /** Sends a request without a body, and gives no credit for any of the answer until it is told to resume. */
    public H2Stream requestStalled(String method, String path) {
        return send(next().stall(), headers(method, path), true);
    }

    /** Sends a request whose body is open. */
    public H2Stream open(String method, String path, String... namesAndValues) {
        return send(headers(method, path, namesAndValues), false);
    }

    /** A request head that {@link #send} takes, for {@code example.test} over https. */
    public static Http2Headers headers(String method, String path, String... namesAndValues) {
        Http2Headers headers = new DefaultHttp2Headers(false)
                .method(method)
                .scheme("https")
                .authority("example.test")
                .path(path);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    /** Opens the next stream with {@code headers}. */
    public H2Stream send(Http2Headers headers, boolean end) {
        return send(next(), headers, end);
    }

    private H2Stream send(H2Stream stream, Http2Headers headers, boolean end) {
        run(ctx -> encoder().writeHeaders(ctx, stream.id(), headers, 0, end, ctx.newPromise()));
        return stream;
    }

    private H2Stream next() {
        H2Stream stream = stream(nextId);
        nextId += 2;
        return stream;
    }

    /** A stream that the test opens itself with {@link #raw}. */
    public H2Stream stream(int id) {
        return streams.computeIfAbsent(id, n -> new H2Stream(this, n));
    }

    /** Sends bytes as they are. */
    public void raw(byte[] bytes) {
        run(ctx -> ctx.write(Unpooled.wrappedBuffer(bytes)));
    }

    /** The server's first SETTINGS. */
    public Http2Settings settings() {
        return await(settings);
    }

    /** Whether the server has sent GOAWAY. */
    public boolean hasGoAway() {
        return goAway.isDone();
    }

    public void awaitClosed() {
        assertThat(channel.closeFuture().awaitUninterruptibly(Waiting.LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as("connection closed within %s", Waiting.LIMIT)
                .isTrue();
    }

    /** Resets the TCP connection. */
    public void resetConnection() {
        run(ctx -> {
            ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            ctx.close();
        });
    }

    /** Stops reading from the socket, whatever the windows are. */
    public void stopReading() {
        run(ctx -> ctx.channel().config().setAutoRead(false));
    }

    @Override
    public void close() {
        if (group.isShuttingDown()) {
            return;
        }
        channel.close();
        awaitClosed();
        channel.eventLoop().submit(() -> "its handlers know").syncUninterruptibly();
        group.shutdownGracefully(0, Waiting.LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(group.terminationFuture().awaitUninterruptibly(Waiting.LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as("client's loop ends")
                .isTrue();
    }

    Http2ConnectionEncoder encoder() {
        return handler.encoder();
    }

    void consume(int id, int bytes) throws Http2Exception {
        Http2Stream stream = handler.connection().stream(id);
        if (stream != null && bytes > 0) {
            handler.connection().local().flowController().consumeBytes(stream, bytes);
        }
    }

    /** Does something on the loop, flushes, and waits until it is done. */
    void run(Action action) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        channel.eventLoop().execute(() -> {
            try {
                ChannelHandlerContext context = channel.pipeline().context(handler);
                if (context != null) {
                    action.run(context);
                    handler.flush(context);
                }
                done.complete(null);
            } catch (Exception | AssertionError e) {
                done.completeExceptionally(e);
            }
        });
        await(done);
    }

    /** Waits until the server has read all that was sent. */
    void ping() {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        run(ctx -> {
            pong = answer;
            encoder().writePing(ctx, false, 1, ctx.newPromise());
        });
        await(answer);
    }

    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(Waiting.LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private final class Frames extends Http2EventAdapter {
        @Override
        public void onPingAckRead(ChannelHandlerContext ctx, long data) {
            pong.complete(null);
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings read) {
            settings.complete(read);
        }

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
            stream(streamId).add(new H2Stream.Event.Headers(headers, endOfStream));
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream) {
            stream(streamId).add(new H2Stream.Event.Headers(headers, endOfStream));
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream) {
            String bytes = data.toString(StandardCharsets.ISO_8859_1);
            return padding + stream(streamId).add(new H2Stream.Event.Data(bytes, endOfStream));
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
            stream(streamId).add(new H2Stream.Event.Reset(errorCode));
        }

        @Override
        public void onGoAwayRead(ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData) {
            goAway.complete(errorCode);
        }
    }
}
