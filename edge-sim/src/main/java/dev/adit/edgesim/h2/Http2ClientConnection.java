package dev.adit.edgesim.h2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionPrefaceAndSettingsFrameWrittenEvent;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client side of one HTTP/2 connection, on a socket that was accepted or dialled. Confined to the event loop of its
 * channel. The first stream has id 1, as with a Go client: Netty's own numbering would start at 3.
 */
public final class Http2ClientConnection extends Http2ConnectionHandler {
    private static final Logger log = LoggerFactory.getLogger(Http2ClientConnection.class);

    private final Http2ClientLimits limits;
    private final ConnectionListener listener;
    private final Http2Connection.PropertyKey streamKey;
    private @Nullable ChannelHandlerContext context;
    private int nextStreamId = 1;
    private boolean reading;
    private boolean flushQueued;
    private boolean ready;

    Http2ClientConnection(Codec codec, Http2ClientLimits limits, ConnectionListener listener) {
        super(codec.decoder(), codec.encoder(), codec.settings(), true);
        this.limits = limits;
        this.listener = listener;
        streamKey = connection().newKey();
        decoder().frameListener(new Frames());
        connection().addListener(new Closings());
        connection().remote().flowController().listener(stream -> {
            SimStream open = stream.getProperty(streamKey);
            if (open != null) {
                open.onWritabilityChanged();
            }
        });
    }

    /** A connection that is still to be added to a pipeline, behind the TLS handler if there is one. */
    public static Http2ClientConnection create(Http2ClientLimits limits, ConnectionListener listener) {
        return new Http2ClientBuilder(limits, listener).build();
    }

    /** Opens the next stream. The request goes out at the end of this turn of the event loop. */
    public SimStream open(StreamRequest request, StreamListener streamListener) {
        ChannelHandlerContext ctx = context();
        int id = nextStreamId;
        nextStreamId += 2;
        SimStream stream = new SimStream(this, id, streamListener);
        encoder()
                .writeHeaders(ctx, id, request.headers(), 0, request.last(), ctx.newPromise())
                .addListener(written -> {
                    if (!written.isSuccess()) {
                        log.debug("{} could not open stream={}", ctx.channel(), id, written.cause());
                    }
                });
        Http2Stream opened = connection().stream(id);
        if (opened == null) {
            stream.onLost(Http2Error.REFUSED_STREAM);
            return stream;
        }
        opened.setProperty(streamKey, stream);
        flushSoon();
        return stream;
    }

    /** How many streams are open. */
    public int openStreams() {
        return connection().numActiveStreams();
    }

    /** Whether a new stream would be taken: the connection is up and nobody said GOAWAY. */
    public boolean isUsable() {
        ChannelHandlerContext ctx = context;
        return ready
                && ctx != null
                && ctx.channel().isActive()
                && !connection().goAwayReceived()
                && !connection().goAwaySent();
    }

    /** Asks the peer for {@code payload} back; {@link ConnectionListener#pong} has the answer. */
    public void ping(long payload) {
        ChannelHandlerContext ctx = context();
        encoder().writePing(ctx, false, payload, ctx.newPromise());
        flushSoon();
    }

    /** Tells the peer that we open no more streams; those that are open go on. */
    public void sayGoAway(Http2Error error) {
        ChannelHandlerContext ctx = context();
        goAway(ctx, 0, error.code(), Unpooled.EMPTY_BUFFER, ctx.newPromise());
        flushSoon();
    }

    /** Sends {@code bytes} as they are, whatever they are. Takes them over. */
    public void writeRaw(ByteBuf bytes) {
        ChannelHandlerContext ctx = context();
        ctx.write(bytes);
        flushSoon();
    }

    /** Announces another initial window for all streams, those that are open included. */
    public void announceStreamWindow(int bytes) {
        ChannelHandlerContext ctx = context();
        encoder().writeSettings(ctx, new Http2Settings().initialWindowSize(bytes), ctx.newPromise());
        flushSoon();
    }

    void writeBody(int id, ByteBuf data, boolean last) {
        writeBody(id, data, last, context().newPromise());
    }

    /** Runs {@code action} when {@code data} went out. */
    void writeBodyThen(int id, ByteBuf data, Runnable action) {
        ChannelPromise promise = context().newPromise();
        promise.addListener(written -> {
            if (written.isSuccess()) {
                action.run();
            }
        });
        writeBody(id, data, false, promise);
    }

    private void writeBody(int id, ByteBuf data, boolean last, ChannelPromise promise) {
        Http2Stream stream = connection().stream(id);
        if (stream == null || !stream.state().localSideOpen()) {
            data.release();
            return;
        }
        encoder().writeData(context(), id, data, 0, last, promise);
        flushSoon();
    }

    void writeEnd(int id, @Nullable Http2Headers trailers) {
        Http2Stream stream = connection().stream(id);
        if (stream == null || !stream.state().localSideOpen()) {
            return;
        }
        if (trailers == null) {
            writeBody(id, Unpooled.EMPTY_BUFFER, true);
            return;
        }
        ChannelHandlerContext ctx = context();
        encoder().writeHeaders(ctx, id, trailers, 0, true, ctx.newPromise());
        flushSoon();
    }

    void writeReset(int id, Http2Error error) {
        if (connection().stream(id) != null) {
            ChannelHandlerContext ctx = context();
            resetStream(ctx, id, error.code(), ctx.newPromise());
            flushSoon();
        }
    }

    boolean isWritable(int id) {
        Http2Stream stream = connection().stream(id);
        return stream == null
                || !stream.state().localSideOpen()
                || connection().remote().flowController().isWritable(stream);
    }

    void consumed(int id, int bytes) {
        Http2Stream stream = connection().stream(id);
        if (stream == null || bytes == 0) {
            return;
        }
        try {
            if (connection().local().flowController().consumeBytes(stream, bytes)) {
                flushSoon();
            }
        } catch (Http2Exception e) {
            onError(context(), true, e);
        }
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext ctx = Objects.requireNonNull(context, "not in a pipeline");
        assert ctx.executor().inEventLoop();
        return ctx;
    }

    // One flush for all that was written in a turn of the event loop; inside a read the handler flushes at its end.
    private void flushSoon() {
        if (!reading && !flushQueued) {
            flushQueued = true;
            ChannelHandlerContext ctx = context();
            ctx.executor().execute(() -> {
                flushQueued = false;
                // Not ctx.flush(): it would pass by the flow controller, and queued DATA would never leave.
                flush(ctx);
            });
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        super.handlerAdded(ctx);
        if (ctx.channel().isActive()) {
            // Added after the handshake: Netty writes preface and SETTINGS then, but does not flush them.
            flush(ctx);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof Http2ConnectionPrefaceAndSettingsFrameWrittenEvent) {
            widenConnectionWindow();
            ready = true;
            listener.ready();
        }
        super.userEventTriggered(ctx, event);
    }

    // Only after the preface: ahead of SETTINGS a WINDOW_UPDATE is a protocol error.
    private void widenConnectionWindow() throws Http2Exception {
        Http2LocalFlowController windows = connection().local().flowController();
        Http2Stream whole = connection().connectionStream();
        windows.incrementWindowSize(whole, limits.connectionWindowBytes() - windows.initialWindowSize(whole));
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
        ready = false;
        super.channelInactive(ctx);
        listener.closed();
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, @Nullable Http2Exception http2Cause) {
        log.debug("{} connection error: {}", ctx.channel(), cause.toString());
        super.onConnectionError(ctx, outbound, cause, http2Cause);
    }

    /** Both halves of the codec and what we announce. */
    record Codec(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {}

    /** Tells the streams when they are closed, whatever closed them. */
    private final class Closings extends Http2ConnectionAdapter {
        @Override
        public void onStreamClosed(Http2Stream stream) {
            SimStream open = stream.getProperty(streamKey);
            if (open != null) {
                close(open);
            }
            listener.streamClosed(stream.id());
        }

        private void close(SimStream open) {
            if (connection().goAwayReceived()
                    && open.id() > connection().local().lastStreamKnownByPeer()) {
                open.onLost(Http2Error.REFUSED_STREAM);
            } else if (!ready) {
                open.onLost(Http2Error.CANCEL);
            } else {
                open.onClosed(Http2Error.CANCEL.code());
            }
        }
    }

    /** Hands each frame to its stream. */
    private final class Frames extends Http2FrameAdapter {
        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
            listener.settings(settings);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream)
                throws Http2Exception {
            SimStream stream = stream(streamId);
            if (stream == null) {
                // Netty lets a server open streams; RFC 9113 §5.1.1 has no such thing without a promise.
                throw Http2Exception.connectionError(
                        Http2Error.PROTOCOL_ERROR, "stream %d was not opened by us", streamId);
            }
            stream.onHeaders(headers, endOfStream);
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

        // Netty takes promises until the peer has acknowledged our SETTINGS, if it ever does.
        @Override
        public void onPushPromiseRead(
                ChannelHandlerContext ctx, int streamId, int promisedStreamId, Http2Headers headers, int padding)
                throws Http2Exception {
            throw Http2Exception.connectionError(Http2Error.PROTOCOL_ERROR, "push is off");
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream) {
            SimStream stream = stream(streamId);
            if (stream == null) {
                return data.readableBytes() + padding;
            }
            // The frame reader keeps its own reference and drops it when this returns.
            stream.onData(data.retain(), endOfStream);
            return padding;
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
            SimStream stream = stream(streamId);
            if (stream == null) {
                return;
            }
            if (errorCode == Http2Error.REFUSED_STREAM.code()) {
                stream.onLost(Http2Error.REFUSED_STREAM);
            } else {
                stream.onClosed(errorCode);
            }
        }

        @Override
        public void onPingAckRead(ChannelHandlerContext ctx, long data) {
            listener.pong(data);
        }

        @Override
        public void onGoAwayRead(ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData) {
            listener.goAway(lastStreamId, errorCode);
        }

        private @Nullable SimStream stream(int id) {
            Http2Stream stream = connection().stream(id);
            return stream == null ? null : stream.getProperty(streamKey);
        }
    }
}
