package dev.adit.e2e;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The edge's end of one connection, frame by frame; windows are so large that no test fills them. Its methods may be called
 * from any thread.
 */
final class EdgeConnection extends ByteToMessageDecoder {
    private static final long LIMIT_SECONDS = 15;
    private static final int WINDOW_BYTES = 1 << 30;

    private final Channel channel;
    private final DefaultHttp2FrameReader reader = new DefaultHttp2FrameReader(false);
    private final DefaultHttp2FrameWriter writer = new DefaultHttp2FrameWriter();
    private final Frames frames = new Frames();
    private final Map<Integer, EdgeStream> streams = new ConcurrentHashMap<>();
    private final CompletableFuture<ChannelHandlerContext> ready = new CompletableFuture<>();
    private final CompletableFuture<Http2Settings> settings = new CompletableFuture<>();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final Semaphore pings = new Semaphore(0);
    private final Map<Integer, AtomicLong> credit = new ConcurrentHashMap<>();
    private volatile boolean mute;
    private volatile Duration pongDelay = Duration.ZERO;
    private int nextId = 1;

    EdgeConnection(Channel channel) {
        this.channel = channel;
    }

    /** The connector's SETTINGS. */
    Http2Settings settings() {
        return settings.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
    }

    /** Opens the next stream. */
    EdgeStream open(List<Field> head, boolean last) {
        EdgeStream stream = new EdgeStream(this, nextId);
        nextId += 2;
        streams.put(stream.id(), stream);
        writeHeaders(stream.id(), head, last);
        return stream;
    }

    /** Opens the next stream for a request without a body. */
    EdgeStream get(String authority, String path) {
        return open(
                List.of(
                        new Field(":method", "GET"),
                        new Field(":scheme", "https"),
                        new Field(":authority", authority),
                        new Field(":path", path)),
                true);
    }

    void writeHeaders(int id, List<Field> fields, boolean last) {
        Http2Headers headers = new DefaultHttp2Headers(false);
        fields.forEach(field -> headers.add(field.name(), field.value()));
        onLoop(ctx -> writer.writeHeaders(ctx, id, headers, 0, last, ctx.newPromise()));
    }

    void writeData(int id, byte[] bytes, boolean last) {
        onLoop(ctx -> writer.writeData(ctx, id, Unpooled.wrappedBuffer(bytes), 0, last, ctx.newPromise()));
    }

    void writeReset(int id, Http2Error code) {
        onLoop(ctx -> writer.writeRstStream(ctx, id, code.code(), ctx.newPromise()));
    }

    void writeGoAway(int lastStream, Http2Error code) {
        onLoop(ctx -> writer.writeGoAway(ctx, lastStream, code.code(), Unpooled.EMPTY_BUFFER, ctx.newPromise()));
    }

    /** Waits for a PING of the connector's. */
    void awaitPing() throws InterruptedException {
        if (!pings.tryAcquire(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the connector does not ask for signs of life");
        }
    }

    /** Answers a PING only after {@code time}, as an edge that is far away. */
    void delayPongs(Duration time) {
        pongDelay = time;
    }

    /** What WINDOW_UPDATE frames have added to the window of stream {@code id}. */
    long credit(int id) {
        AtomicLong given = credit.get(id);
        return given == null ? 0 : given.get();
    }

    /** Reads nothing more: what the connector sends is lost from now on. */
    void goDeaf() {
        channel.config().setAutoRead(false);
    }

    /** Writes nothing more: what the edge sends is lost from now on. */
    void goMute() {
        mute = true;
    }

    /** Reads about 16 KiB, a TLS record, every 40 ms. */
    void readSlowly() {
        channel.config().setAutoRead(false);
        channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(2048).maxMessagesPerRead(1));
        channel.eventLoop().scheduleAtFixedRate(channel::read, 40, 40, TimeUnit.MILLISECONDS);
    }

    void close() {
        channel.close();
    }

    /** Waits until the connector has closed the connection. */
    void awaitClosed() {
        if (!channel.closeFuture().awaitUninterruptibly(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the connector left the connection open");
        }
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    /** The next thing that happened to the connection as a whole: {@code goaway CODE LAST}, {@code pong}, {@code closed}. */
    String nextEvent() throws InterruptedException {
        return Objects.requireNonNull(
                events.poll(LIMIT_SECONDS, TimeUnit.SECONDS), "nothing happened to the connection");
    }

    /** Asks for a pong; when it is there, the connector has dealt with all that was sent before. */
    void ping() throws InterruptedException {
        onLoop(ctx -> writer.writePing(ctx, false, 7, ctx.newPromise()));
        String event = nextEvent();
        if (!event.equals("pong")) {
            throw new IllegalStateException("no pong but " + event);
        }
    }

    private void onLoop(Consumer<ChannelHandlerContext> write) {
        ready.thenAccept(ctx -> ctx.executor().execute(() -> {
            if (!mute) {
                write.accept(ctx);
                ctx.flush();
            }
        }));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
            ctx.write(Http2CodecUtil.connectionPrefaceBuf());
            Http2Settings ours = new Http2Settings()
                    .initialWindowSize(WINDOW_BYTES)
                    .maxHeaderListSize(4 << 20)
                    .pushEnabled(false);
            writer.writeSettings(ctx, ours, ctx.newPromise());
            writer.writeWindowUpdate(ctx, 0, WINDOW_BYTES, ctx.newPromise());
            ctx.flush();
            ready.complete(ctx);
        }
        super.userEventTriggered(ctx, event);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        reader.readFrame(ctx, in, frames);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) {
        reader.close();
        writer.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        super.channelInactive(ctx);
        events.add("closed");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        events.add("error " + cause);
        ctx.close();
    }

    /** What the connector sends. */
    private final class Frames extends Http2FrameAdapter {
        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings theirs) throws Http2Exception {
            Long table = theirs.headerTableSize();
            if (table != null) {
                writer.configuration().headersConfiguration().maxHeaderTableSize(table);
            }
            writer.writeSettingsAck(ctx, ctx.newPromise());
            ctx.flush();
            settings.complete(theirs);
        }

        @Override
        public void onPingRead(ChannelHandlerContext ctx, long data) {
            pings.release();
            if (pongDelay.isZero()) {
                pong(ctx, data);
            } else {
                ctx.executor().schedule(() -> pong(ctx, data), pongDelay.toNanos(), TimeUnit.NANOSECONDS);
            }
        }

        private void pong(ChannelHandlerContext ctx, long data) {
            if (!mute) {
                writer.writePing(ctx, true, data, ctx.newPromise());
                ctx.flush();
            }
        }

        @Override
        public void onWindowUpdateRead(ChannelHandlerContext ctx, int id, int increment) {
            credit.computeIfAbsent(id, unused -> new AtomicLong()).addAndGet(increment);
        }

        @Override
        public void onPingAckRead(ChannelHandlerContext ctx, long data) {
            events.add("pong");
        }

        @Override
        public void onHeadersRead(ChannelHandlerContext ctx, int id, Http2Headers headers, int padding, boolean last) {
            List<Field> fields = new ArrayList<>();
            headers.forEach(field -> fields.add(
                    new Field(field.getKey().toString(), field.getValue().toString())));
            received(id, new Frame.Headers(fields, last));
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int id,
                Http2Headers headers,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean last) {
            onHeadersRead(ctx, id, headers, padding, last);
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int id, ByteBuf data, int padding, boolean last) {
            int bytes = data.readableBytes();
            received(id, new Frame.Data(data.toString(StandardCharsets.ISO_8859_1), last));
            return bytes + padding;
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int id, long code) {
            received(id, new Frame.Reset(Http2Error.valueOf(code).name()));
        }

        @Override
        public void onGoAwayRead(ChannelHandlerContext ctx, int lastStream, long code, ByteBuf debugData) {
            events.add("goaway " + Http2Error.valueOf(code) + " " + lastStream);
        }

        private void received(int id, Frame frame) {
            @Nullable EdgeStream stream = streams.get(id);
            if (stream != null) {
                stream.received(frame);
            }
        }
    }
}
