package dev.adit.proxy.upstream;

import dev.adit.proxy.h2.Http2HeaderMapper;
import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.Failure.Kind;
import dev.adit.proxy.net.FlushSoon;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The client side of one HTTP/2 connection to an origin, shared by the exchanges of its event loop, to which it is
 * confined.
 *
 * <pre>
 *   WAITING ── SETTINGS ──► READY ── GOAWAY, or no request for too long ──► LEAVING ── last stream ends ──► GONE
 *      └────── none in time, connection closed: the dial has failed, or all streams have ──────────────────┘
 * </pre>
 */
final class Http2Session extends Http2ConnectionHandler {
    /** What Netty's builder makes for a handler. */
    record Codec(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {}

    /** For all streams together; refilled on arrival, so that a stalled one does not stop the others. */
    private static final int CONNECTION_WINDOW_BYTES = 16 << 20;

    private enum State {
        WAITING,
        READY,
        LEAVING,
        GONE
    }

    private final UpstreamKey key;
    private final Dialed dialed;
    private final Http2Connection.PropertyKey streamKey;
    private State state = State.WAITING;
    private Runnable whenGone = () -> {};
    private boolean used;
    private boolean reading;
    private long idleSinceNanos;
    private boolean idleCheckScheduled;
    private @Nullable ChannelHandlerContext context;
    private @Nullable FlushSoon flush;

    Http2Session(Codec codec, UpstreamKey key, Dialed dialed) {
        super(codec.decoder, codec.encoder, codec.settings);
        this.key = key;
        this.dialed = dialed;
        streamKey = connection().newKey();
        codec.decoder.frameListener(new Frames());
        connection().addListener(new Closed());
        connection().remote().flowController().listener(this::writabilityChanged);
    }

    /** Runs {@code task} when no more streams can be opened here. */
    void whenGone(Runnable task) {
        whenGone = task;
    }

    /** Whether one more stream can be opened now. */
    boolean takesStreams() {
        return state == State.READY
                && connection().local().canOpenStream()
                && connection().local().numActiveStreams()
                        < connection().local().maxActiveStreams();
    }

    /** Gives {@code listener} a stream of this connection. */
    void open(UpstreamListener listener) {
        Http2UpstreamStream stream = new Http2UpstreamStream(this, listener, used);
        used = true;
        listener.connected(stream);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        flush = new FlushSoon(ctx.channel().eventLoop(), () -> flush(ctx));
        super.handlerAdded(ctx);
        Http2Stream whole = connection().connectionStream();
        int more =
                CONNECTION_WINDOW_BYTES - connection().local().flowController().windowSize(whole);
        connection().local().flowController().incrementWindowSize(whole, more);
        flush(ctx);
        ctx.executor().schedule(this::checkReady, key.options().tlsTimeout().toNanos(), TimeUnit.NANOSECONDS);
    }

    private void checkReady() {
        if (state == State.WAITING) {
            context().close();
            gone(
                    Kind.CONNECT_TIMEOUT,
                    "no HTTP/2 SETTINGS within " + key.options().tlsTimeout());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        reading = true;
        super.channelRead(ctx, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        reading = false;
        super.channelReadComplete(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        reading = false;
        State before = state;
        if (before == State.READY) {
            leave();
        }
        super.channelInactive(ctx);
        if (before == State.WAITING) {
            gone(Kind.BAD_RESPONSE, "the connection was closed without HTTP/2 SETTINGS");
        }
        state = State.GONE;
    }

    private void gone(Kind kind, String detail) {
        if (state == State.WAITING) {
            state = State.GONE;
            dialed.failed(new Failure(kind, detail));
        }
    }

    /** Opens no more streams. */
    private void leave() {
        if (state == State.READY) {
            state = State.LEAVING;
            whenGone.run();
        }
    }

    /** Sends a request head; the stream it is on. */
    Http2Stream request(Http2UpstreamStream user, Http2Headers headers, boolean end) {
        ChannelHandlerContext ctx = context();
        int id = connection().local().incrementAndGetNextStreamId();
        encoder().writeHeaders(ctx, id, headers, 0, end, ctx.newPromise());
        Http2Stream stream = connection().stream(id);
        if (stream == null) {
            throw new IllegalArgumentException("the connection takes no more requests");
        }
        stream.setProperty(streamKey, user);
        flushSoon();
        return stream;
    }

    boolean usesTls() {
        return key.tlsName() != null;
    }

    void trailers(Http2Stream stream, Http2Headers trailers) {
        ChannelHandlerContext ctx = context();
        encoder().writeHeaders(ctx, stream.id(), trailers, 0, true, ctx.newPromise());
        flushSoon();
    }

    void data(Http2Stream stream, ByteBuf data, boolean end) {
        ChannelHandlerContext ctx = context();
        encoder().writeData(ctx, stream.id(), data, 0, end, ctx.newPromise());
        flushSoon();
    }

    void cancel(Http2Stream stream) {
        ChannelHandlerContext ctx = context();
        resetStream(ctx, stream.id(), Http2Error.CANCEL.code(), ctx.newPromise());
        flushSoon();
    }

    boolean isWritable(Http2Stream stream) {
        return connection().remote().flowController().isWritable(stream);
    }

    void consumed(Http2Stream stream, int bytes) {
        try {
            if (connection().local().flowController().consumeBytes(stream, bytes)) {
                flushSoon();
            }
        } catch (Http2Exception e) {
            throw new IllegalStateException("gave credit twice on stream " + stream.id(), e);
        }
    }

    private void flushSoon() {
        FlushSoon soon = flush;
        if (!reading && soon != null) {
            soon.request();
        }
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return ctx;
    }

    private @Nullable Http2UpstreamStream user(@Nullable Http2Stream stream) {
        return stream == null ? null : stream.getProperty(streamKey);
    }

    private void writabilityChanged(Http2Stream stream) {
        Http2UpstreamStream user = user(stream);
        if (user != null) {
            user.writabilityChanged();
        }
    }

    private void checkIdle() {
        idleCheckScheduled = false;
        if (state == State.GONE || connection().numActiveStreams() > 0) {
            return;
        }
        long left = key.options().keepAliveTimeout().toNanos() - (System.nanoTime() - idleSinceNanos);
        if (left <= 0 || state == State.LEAVING || key.options().keepAliveConnections() == 0) {
            leave();
            context().close();
        } else {
            idleCheckScheduled = true;
            context().executor().schedule(this::checkIdle, left, TimeUnit.NANOSECONDS);
        }
    }

    private final class Closed extends Http2ConnectionAdapter {
        @Override
        public void onStreamClosed(Http2Stream stream) {
            Http2UpstreamStream user = user(stream);
            if (user != null) {
                user.closed("the stream or its connection was closed");
            }
        }

        @Override
        public void onStreamRemoved(Http2Stream stream) {
            if (connection().numActiveStreams() == 0) {
                idleSinceNanos = System.nanoTime();
                if (!idleCheckScheduled && state != State.GONE) {
                    idleCheckScheduled = true;
                    // In a turn of its own: the exchange that has just ended may be followed by one at once.
                    context().executor().execute(Http2Session.this::checkIdle);
                }
            }
        }
    }

    /** What the origin sends. */
    private final class Frames extends Http2EventAdapter {
        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
            if (state == State.WAITING) {
                state = State.READY;
                // In a turn of its own: the limits in these settings hold after this call.
                ctx.executor().execute(() -> dialed.http2(Http2Session.this));
            }
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
                boolean endOfStream)
                throws Http2Exception {
            onHeadersRead(ctx, streamId, headers, padding, endOfStream);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream)
                throws Http2Exception {
            Http2UpstreamStream user = user(connection().stream(streamId));
            if (user == null) {
                return;
            }
            CharSequence status = headers.status();
            headers.remove(Http2Headers.PseudoHeaderName.STATUS.value());
            HttpHeaders fields = Http2HeaderMapper.trailers(headers);
            if (fields == null || (status == null) != user.hasHead()) {
                throw Http2Exception.streamError(
                        streamId, Http2Error.PROTOCOL_ERROR, "malformed response on stream %d", streamId);
            }
            if (status == null) {
                user.end(fields);
            } else {
                user.head(Integer.parseInt(status.toString()), fields, endOfStream);
            }
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream) {
            Http2UpstreamStream user = user(connection().stream(streamId));
            if (user == null) {
                return data.readableBytes() + padding;
            }
            // The frame's bytes are only lent to this call.
            int credit = user.data(data.retain());
            if (endOfStream) {
                user.end(null);
            }
            return padding + credit;
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
            Http2UpstreamStream user = user(connection().stream(streamId));
            if (user != null) {
                user.reset(errorCode);
            }
        }

        /** Netty closes the streams that the origin has not looked at after this call. */
        @Override
        public void onGoAwayRead(ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData) {
            leave();
            List<Http2UpstreamStream> unprocessed = new ArrayList<>();
            try {
                connection().forEachActiveStream(stream -> {
                    Http2UpstreamStream user = user(stream);
                    if (user != null && stream.id() > lastStreamId) {
                        unprocessed.add(user);
                    }
                    return true;
                });
            } catch (Http2Exception e) {
                throw new IllegalStateException("collecting streams does not fail", e);
            }
            unprocessed.forEach(user -> user.reset(Http2Error.REFUSED_STREAM.code()));
            ctx.executor().execute(Http2Session.this::checkIdle);
        }
    }
}
