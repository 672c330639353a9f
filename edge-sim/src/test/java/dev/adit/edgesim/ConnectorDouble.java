package dev.adit.edgesim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.wire.TunnelToken;
import dev.adit.connector.wire.UserHeaders;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * An unmodified cloudflared as seen on the wire: dials, is the HTTP/2 server, sends its SETTINGS before the preface
 * arrives, and the RPC messages of {@code rpc.log} byte for byte. It has no HTTP/2 library of its own to lean on: frames
 * and windows are handled by hand, so that tests decide what happens.
 */
final class ConnectorDouble implements AutoCloseable {
    static final UUID CLIENT = UUID.fromString("49670285-6d3d-4bab-a248-fd7996902393");
    static final TunnelToken GOLDEN_TOKEN = TunnelToken.parse(Base64.getEncoder()
            .encodeToString(("{\"a\":\"acct0123456789abcdef0123456789ab\","
                            + "\"s\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\","
                            + "\"t\":\"0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0\"}")
                    .getBytes(StandardCharsets.US_ASCII)));
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    // The 45 bytes of cloudflared's SETTINGS frame.
    private static final byte[] SETTINGS = ByteBufUtil.decodeHexDump("000024040000000000" + "000500100000"
            + "0003ffffffff" + "000600100140" + "000100001000" + "000400100000" + "000900000001");
    private static final int CONN_INDEX_OFFSET = 8 + 16 * 8;

    private final Transcript transcript = Transcript.rpc();
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final DefaultHttp2FrameWriter writer = new DefaultHttp2FrameWriter();
    private final Map<Integer, DoubleStream> streams = new ConcurrentHashMap<>();
    private final ByteBuf control = Unpooled.unreleasableBuffer(Unpooled.buffer());
    private final BlockingQueue<byte[]> rpc = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> configurations = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> windows = new LinkedBlockingQueue<>();
    private final BlockingQueue<DoubleStream> requests = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final CompletableFuture<Long> goAway = new CompletableFuture<>();
    private final CompletableFuture<Integer> controlStream = new CompletableFuture<>();
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private boolean failureExpected;
    private final Channel channel;
    private volatile @Nullable ChannelHandlerContext context;
    private volatile boolean credits = true;
    private volatile Consumer<DoubleStream> service = stream -> {};
    private long connectionWindow = 65_535;
    private long streamWindow = 65_535;

    private ConnectorDouble(InetSocketAddress edge, SslContext tls) {
        channel = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel ch) {
                        ch.pipeline().addLast(tls.newHandler(ch.alloc(), "h2.cftunnel.com", 443), new Frames());
                    }
                })
                .connect(edge)
                .syncUninterruptibly()
                .channel();
        channel.closeFuture().addListener(done -> closed.complete(null));
    }

    /** Dials and waits for the control stream. */
    static ConnectorDouble dial(EdgeSim sim) throws Exception {
        return dial(sim.ports().tunnel(), sim.ca());
    }

    static ConnectorDouble dial(int port, X509Certificate ca) throws Exception {
        return dial(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), trusting(ca));
    }

    /** As cloudflared trusts an edge whose authority is {@code ca}. */
    static SslContext trusting(X509Certificate ca) throws SSLException {
        return SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .trustManager(ca)
                .endpointIdentificationAlgorithm("HTTPS")
                .build();
    }

    static ConnectorDouble dial(InetSocketAddress edge, SslContext tls) throws Exception {
        ConnectorDouble connector = new ConnectorDouble(edge, tls);
        assertThat(connector.controlStream.get(10, TimeUnit.SECONDS)).isEqualTo(1);
        return connector;
    }

    /** Dials, registers {@code token} and waits until the edge has taken it. */
    static ConnectorDouble registered(EdgeSim sim, TunnelToken token, int connIndex) throws Exception {
        ConnectorDouble connector = dial(sim);
        connector.register(token, connIndex, CLIENT);
        connector.nextRpc(); // the bootstrap's answer
        connector.nextRpc(); // the registration's
        return connector;
    }

    /** Sends Bootstrap and registerConnection in one go, as cloudflared does. */
    void register(TunnelToken token, int connIndex, UUID client) {
        byte[] call = transcript.fromConnector(1);
        call = Transcript.patched(call, bytes(GOLDEN_TOKEN.tunnelId()), bytes(token.tunnelId()));
        call = Transcript.patched(
                call,
                GOLDEN_TOKEN.accountTag().getBytes(StandardCharsets.US_ASCII),
                token.accountTag().getBytes(StandardCharsets.US_ASCII));
        call = Transcript.patched(
                call, GOLDEN_TOKEN.secret().toBytes(), token.secret().toBytes());
        call = Transcript.patched(call, bytes(CLIENT), bytes(client));
        call[CONN_INDEX_OFFSET] = (byte) connIndex;
        sendRpc(transcript.fromConnector(0));
        sendRpc(call);
    }

    private static byte[] bytes(UUID id) {
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    /** Sends RPC bytes as one DATA frame. */
    void sendRpc(byte[] message) {
        onLoop(ctx -> writer.writeData(ctx, 1, Unpooled.wrappedBuffer(message), 0, false, ctx.newPromise()));
    }

    /** Ends the control stream as cloudflared does: END_STREAM, then RST_STREAM. */
    void endControl() {
        onLoop(ctx -> {
            writer.writeData(ctx, 1, Unpooled.EMPTY_BUFFER, 0, true, ctx.newPromise());
            writer.writeRstStream(ctx, 1, 0, ctx.newPromise());
        });
    }

    /** Says GOAWAY: streams above {@code lastStream} were not looked at. */
    void sayGoAway(int lastStream) {
        onLoop(ctx -> writer.writeGoAway(ctx, lastStream, 0, Unpooled.EMPTY_BUFFER, ctx.newPromise()));
    }

    /** The next message that the edge sent on the control stream. */
    byte[] nextRpc() throws InterruptedException {
        byte[] message = rpc.poll(10, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("no RPC message in time");
        }
        return message;
    }

    /** Whether an RPC message is here already. */
    boolean hasRpc() {
        return !rpc.isEmpty();
    }

    /** The next configuration that the edge pushed; it was answered with success. */
    @Nullable
    String nextConfiguration() throws InterruptedException {
        return configurations.poll(10, TimeUnit.SECONDS);
    }

    /** How requests are answered: called on this connector's loop when the head is there. */
    void serve(Consumer<DoubleStream> with) {
        service = with;
    }

    /** The next request that was received. */
    DoubleStream nextRequest() throws InterruptedException {
        DoubleStream next = requests.poll(10, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no request in time");
        }
        return next;
    }

    /** Whether a request is here already. */
    boolean hasRequest() {
        return !requests.isEmpty();
    }

    /** Gives no more credit for request bodies. */
    void withholdCredit() {
        credits = false;
    }

    /** The first thing that the edge did wrong; neither it nor what follows from it counts when this is closed. */
    Throwable takeFailure() throws InterruptedException {
        Throwable taken = failures.poll(10, TimeUnit.SECONDS);
        if (taken == null) {
            throw new AssertionError("the edge did nothing wrong");
        }
        failureExpected = true;
        return taken;
    }

    /** The next initial window that the edge announced. */
    @Nullable
    Integer nextWindow() throws InterruptedException {
        return windows.poll(10, TimeUnit.SECONDS);
    }

    CompletableFuture<Void> whenClosed() {
        return closed;
    }

    CompletableFuture<Long> whenGoAway() {
        return goAway;
    }

    private void onLoop(Consumer<ChannelHandlerContext> task) {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            return;
        }
        // By the context: the first frames may be here before the constructor has got its channel.
        ctx.executor().execute(() -> {
            if (ctx.channel().isActive()) {
                task.accept(ctx);
                ctx.flush();
            }
        });
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
        writer.close();
        if (!failureExpected) {
            assertThat(failures).as("what the edge sent was wrong").isEmpty();
        }
    }

    /** One stream that the edge opened. */
    final class DoubleStream {
        private final int id;
        private final Http2Headers headers;
        private final boolean bodyless;
        private final ByteBuf received = Unpooled.unreleasableBuffer(Unpooled.buffer());
        private final BlockingQueue<String> chunks = new LinkedBlockingQueue<>();
        private final CompletableFuture<String> body = new CompletableFuture<>();
        private final CompletableFuture<Long> reset = new CompletableFuture<>();
        private final CompletableFuture<Http2Headers> trailers = new CompletableFuture<>();
        private final AtomicLong receivedBytes = new AtomicLong();
        private final AtomicLong sentBytes = new AtomicLong();
        private long window = streamWindow;
        private long toSend;

        DoubleStream(int id, Http2Headers headers, boolean bodyless) {
            this.id = id;
            this.headers = headers;
            this.bodyless = bodyless;
        }

        int id() {
            return id;
        }

        Http2Headers headers() {
            return headers;
        }

        /** The value of a request header; null when there is none. */
        @Nullable
        String header(String name) {
            CharSequence value = headers.get(name);
            return value == null ? null : value.toString();
        }

        boolean bodyless() {
            return bodyless;
        }

        CompletableFuture<String> body() {
            return body;
        }

        CompletableFuture<Http2Headers> trailers() {
            return trailers;
        }

        CompletableFuture<Long> whenReset() {
            return reset;
        }

        @Nullable
        String nextChunk() throws InterruptedException {
            return chunks.poll(10, TimeUnit.SECONDS);
        }

        long receivedBytes() {
            return receivedBytes.get();
        }

        long sentBytes() {
            return sentBytes.get();
        }

        /** A whole answer of the origin, with a body of known length. */
        void answer(int status, HttpHeaders origin, String text) {
            head(status, origin.copy().set("Content-Length", text.length()), false);
            data(text, true);
        }

        void answer(String text) {
            answer(200, new DefaultHttpHeaders().set("Content-Type", "text/plain"), text);
        }

        /** The head of an origin's answer. */
        void head(int status, HttpHeaders origin, boolean last) {
            rawHead(
                    last,
                    ":status",
                    Integer.toString(status),
                    "cf-cloudflared-response-headers",
                    UserHeaders.pack(origin).toString(),
                    "cf-cloudflared-response-meta",
                    "{\"src\":\"origin\"}",
                    "content-type",
                    "application/octet-stream",
                    "date",
                    "Sun, 22 Nov 2026 16:41:08 GMT");
        }

        void rawHead(boolean last, String... fields) {
            Http2Headers out = new DefaultHttp2Headers(false);
            for (int i = 0; i < fields.length; i += 2) {
                out.add(fields[i], fields[i + 1]);
            }
            onLoop(ctx -> writer.writeHeaders(ctx, id, out, 0, last, ctx.newPromise()));
        }

        void data(String text, boolean last) {
            ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
            onLoop(ctx -> {
                sentBytes.addAndGet(bytes.readableBytes());
                writer.writeData(ctx, id, bytes, 0, last, ctx.newPromise());
            });
        }

        /** Sends {@code bytes} zeros as fast as the edge's windows allow, then END_STREAM. */
        void pump(long bytes) {
            onLoop(ctx -> {
                toSend += bytes;
                pumpNow(ctx);
            });
        }

        void rst(long code) {
            onLoop(ctx -> writer.writeRstStream(ctx, id, code, ctx.newPromise()));
        }

        private void pumpNow(ChannelHandlerContext ctx) {
            while (toSend > 0 && window > 0 && connectionWindow > 0) {
                int size = (int) Math.min(Math.min(16_384, toSend), Math.min(window, connectionWindow));
                toSend -= size;
                window -= size;
                connectionWindow -= size;
                sentBytes.addAndGet(size);
                writer.writeData(ctx, id, ctx.alloc().buffer(size).writeZero(size), 0, toSend == 0, ctx.newPromise());
            }
            ctx.flush();
        }

        private void onData(ChannelHandlerContext ctx, ByteBuf data, boolean last) {
            int size = data.readableBytes();
            receivedBytes.addAndGet(size);
            String text = data.toString(StandardCharsets.ISO_8859_1);
            if (size > 0) {
                chunks.add(text);
            }
            if (received.readableBytes() < 1 << 20) {
                received.writeBytes(data, data.readerIndex(), size);
            }
            if (credits && size > 0) {
                writer.writeWindowUpdate(ctx, 0, size, ctx.newPromise());
                writer.writeWindowUpdate(ctx, id, size, ctx.newPromise());
            }
            if (last) {
                body.complete(received.toString(StandardCharsets.ISO_8859_1));
            }
        }
    }

    /** Reads frames by hand: preface, then whatever comes. */
    private final class Frames extends ByteToMessageDecoder {
        private final DefaultHttp2FrameReader reader = new DefaultHttp2FrameReader(false);
        private boolean prefaceSeen;

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
                context = ctx;
                ctx.writeAndFlush(Unpooled.wrappedBuffer(SETTINGS));
            }
        }

        @Override
        protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Http2Exception {
            if (!prefaceSeen) {
                if (in.readableBytes() < PREFACE.length()) {
                    return;
                }
                String preface = in.readCharSequence(PREFACE.length(), StandardCharsets.US_ASCII)
                        .toString();
                if (!preface.equals(PREFACE)) {
                    throw new IllegalStateException("not a preface: " + preface);
                }
                prefaceSeen = true;
                reader.configuration().frameSizePolicy().maxFrameSize(1 << 20);
                writer.writeWindowUpdate(ctx, 0, 983_041, ctx.newPromise());
            }
            reader.readFrame(ctx, in, new Listener());
            ctx.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            failures.add(cause);
            ctx.close();
        }

        @Override
        protected void handlerRemoved0(ChannelHandlerContext ctx) {
            reader.close();
        }
    }

    /** Reacts to the frames of the edge as cloudflared does. */
    private final class Listener extends Http2FrameAdapter {
        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
            Integer initial = settings.initialWindowSize();
            if (initial != null) {
                windows.add(initial);
                for (DoubleStream stream : streams.values()) {
                    stream.window += initial - streamWindow;
                }
                streamWindow = initial;
            }
            writer.writeSettingsAck(ctx, ctx.newPromise());
        }

        @Override
        public void onPingRead(ChannelHandlerContext ctx, long data) {
            writer.writePing(ctx, true, data, ctx.newPromise());
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream) {
            DoubleStream known = streams.get(streamId);
            if (known != null) {
                known.trailers.complete(headers);
                known.body.complete(known.received.toString(StandardCharsets.ISO_8859_1));
                return;
            }
            DoubleStream stream = new DoubleStream(streamId, headers, endOfStream);
            streams.put(streamId, stream);
            CharSequence kind = headers.get("cf-cloudflared-proxy-connection-upgrade");
            if ("control-stream".contentEquals(kind == null ? "" : kind)) {
                stream.rawHead(false, ":status", "200", "content-type", "application/octet-stream");
                controlStream.complete(streamId);
            } else if ("update-configuration".contentEquals(kind == null ? "" : kind)) {
                stream.body.thenAccept(json -> {
                    configurations.add(json);
                    String answer = "{\"lastAppliedVersion\":1,\"err\":null}";
                    stream.rawHead(false, ":status", "200", "content-length", Integer.toString(answer.length()));
                    stream.data(answer, true);
                });
            } else {
                requests.add(stream);
                service.accept(stream);
            }
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream) {
            if (streamId == 1) {
                control.writeBytes(data, data.readerIndex(), data.readableBytes());
                cutMessages();
            }
            DoubleStream stream = streams.get(streamId);
            if (stream != null) {
                stream.onData(ctx, data, endOfStream);
            }
            return data.readableBytes() + padding;
        }

        // Header: number of segments less one, then the size of the only one in words.
        private void cutMessages() {
            while (control.readableBytes() >= 8) {
                int size = 8 + 8 * control.getIntLE(control.readerIndex() + 4);
                if (control.readableBytes() < size) {
                    return;
                }
                byte[] message = new byte[size];
                control.readBytes(message);
                rpc.add(message);
            }
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
            DoubleStream stream = streams.get(streamId);
            if (stream != null) {
                stream.reset.complete(errorCode);
            }
        }

        @Override
        public void onGoAwayRead(ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData) {
            goAway.complete(errorCode);
            writer.writeGoAway(ctx, 1, 0, Unpooled.EMPTY_BUFFER, ctx.newPromise());
        }

        @Override
        public void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int increment) {
            if (streamId == 0) {
                connectionWindow += increment;
                streams.values().forEach(stream -> stream.pumpNow(ctx));
            } else {
                DoubleStream stream = streams.get(streamId);
                if (stream != null) {
                    stream.window += increment;
                    stream.pumpNow(ctx);
                }
            }
        }
    }
}
