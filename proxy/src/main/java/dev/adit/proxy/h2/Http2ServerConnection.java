package dev.adit.proxy.h2;

import static io.netty.handler.codec.http2.Http2Error.PROTOCOL_ERROR;

import dev.adit.proxy.http.Exchange;
import dev.adit.proxy.http.ExchangeHandler;
import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.RequestHead;
import dev.adit.proxy.http.ResponseHead;
import dev.adit.proxy.net.FlushSoon;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
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
import io.netty.handler.codec.http2.Http2StreamVisitor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server side of one HTTP/2 connection, dialed or accepted: opens an exchange for each stream, moves bytes with
 * exact credit in both directions, and writes once for each turn of its event loop, to which it is confined.
 *
 * <p>Netty's multiplexing handler is no choice here: it takes a dialed connection for a client's and then refuses stream
 * 1, which is the control stream.
 */
public final class Http2ServerConnection extends Http2ConnectionHandler {
    private static final Logger log = LoggerFactory.getLogger(Http2ServerConnection.class);

    /** What Netty's builder makes for a handler. */
    record Codec(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {}

    private final Http2Limits limits;
    private final ExchangeHandler handler;
    private final Http2ConnectionObserver observer;
    private final Http2Connection.PropertyKey downstreamKey;
    private @Nullable ChannelHandlerContext context;
    private @Nullable FlushSoon flush;
    private @Nullable Http2PingTimes pingTimes;
    private @Nullable Http2Pinger pinger;
    private boolean reading;
    private long held;

    Http2ServerConnection(Codec codec, Http2Limits limits, ExchangeHandler handler, Http2ConnectionObserver observer) {
        super(codec.decoder, codec.encoder, codec.settings);
        this.limits = limits;
        this.handler = handler;
        this.observer = observer;
        downstreamKey = connection().newKey();
        codec.decoder.frameListener(new Frames());
        connection().addListener(new Closed());
        connection().remote().flowController().listener(this::writabilityChanged);
    }

    /** Asks the peer for signs of life once the connection is in a pipeline. To be called before. */
    public void watchPeer(Http2PingTimes times) {
        pingTimes = times;
    }

    /** Streams that are open now, the control stream of a tunnel included. */
    public int activeStreams() {
        return connection().numActiveStreams();
    }

    /** Request bytes received and not yet passed on, of all streams. */
    public long heldBytes() {
        return held;
    }

    /** Ends all exchanges, each with an answer or a reset. */
    public void abortStreams(Failure failure) {
        List<Http2Downstream> open = new ArrayList<>();
        try {
            connection().forEachActiveStream(stream -> {
                Http2Downstream downstream = downstream(stream);
                if (downstream != null) {
                    open.add(downstream);
                }
                return true;
            });
        } catch (Http2Exception e) {
            throw new IllegalStateException("collecting streams does not fail", e);
        }
        open.forEach(downstream -> downstream.fail(failure));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        flush = new FlushSoon(ctx.channel().eventLoop(), () -> flush(ctx));
        super.handlerAdded(ctx);
        if (pingTimes != null) {
            pinger = new Http2Pinger(ctx, encoder(), observer, pingTimes);
        }
        if (ctx.channel().isActive()) {
            widenConnectionWindow(ctx);
        }
    }

    @Override
    protected void handleServerHeaderDecodeSizeError(ChannelHandlerContext ctx, Http2Stream stream) {
        // How long they are is not known: the decoder stops counting where it stops keeping.
        log.warn(
                "Request refused with 431: its fields are too long stream={} limitBytes={}",
                stream.id(),
                limits.maxHeaderListBytes());
        super.handleServerHeaderDecodeSizeError(ctx, stream);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) throws Exception {
        super.channelActive(ctx);
        widenConnectionWindow(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        stopPinger();
        super.channelInactive(ctx);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
        stopPinger();
        super.handlerRemoved0(ctx);
    }

    private void stopPinger() {
        Http2Pinger running = pinger;
        if (running != null) {
            running.stop();
        }
    }

    /** Only after SETTINGS have been written: a WINDOW_UPDATE before them is a protocol error. */
    private void widenConnectionWindow(ChannelHandlerContext ctx) throws Http2Exception {
        Http2Stream whole = connection().connectionStream();
        int more = limits.connectionWindowBytes()
                - connection().local().flowController().windowSize(whole);
        if (more > 0) {
            connection().local().flowController().incrementWindowSize(whole, more);
        }
        flush(ctx);
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

    EventLoop eventLoop() {
        return context().channel().eventLoop();
    }

    ResponseHead failed(Failure failure) {
        return handler.failed(failure);
    }

    ChannelFuture writeHeaders(Http2Stream stream, Http2Headers headers, boolean end) {
        ChannelHandlerContext ctx = context();
        ChannelFuture written = encoder().writeHeaders(ctx, stream.id(), headers, 0, end, ctx.newPromise());
        flushSoon();
        return written;
    }

    ChannelFuture writeData(Http2Stream stream, ByteBuf data, boolean end) {
        ChannelHandlerContext ctx = context();
        ChannelFuture written = encoder().writeData(ctx, stream.id(), data, 0, end, ctx.newPromise());
        flushSoon();
        return written;
    }

    void reset(Http2Stream stream, Http2Error error) {
        ChannelHandlerContext ctx = context();
        resetStream(ctx, stream.id(), error.code(), ctx.newPromise());
        flushSoon();
    }

    boolean isWritable(Http2Stream stream) {
        return connection().remote().flowController().isWritable(stream);
    }

    void consumed(Http2Stream stream, int bytes) {
        held -= bytes;
        try {
            if (connection().local().flowController().consumeBytes(stream, bytes)) {
                flushSoon();
            }
        } catch (Http2Exception e) {
            throw new IllegalStateException("gave credit twice on stream " + stream.id(), e);
        }
    }

    /** The window for the body that now begins to arrive; at most half of the connection's, so that others have room. */
    StreamWindow window() {
        int bytes = limits.streamWindowBytes();
        Http2Pinger asking = pinger;
        return new StreamWindow(
                bytes, Math.max(bytes, limits.connectionWindowBytes() / 2), asking == null ? 0 : asking.now());
    }

    /** Lets the peer send more ahead on {@code stream}, whose body goes on, if {@code window} says so. */
    void widen(Http2Stream stream, StreamWindow window, int bytes) {
        Http2Pinger asking = pinger;
        if (asking == null) {
            return;
        }
        int more = window.passedOn(bytes, asking.now(), asking.shortestRttNanos());
        if (more > 0) {
            try {
                connection().local().flowController().incrementWindowSize(stream, more);
            } catch (Http2Exception e) {
                throw new IllegalStateException("can't widen the window of stream " + stream.id(), e);
            }
            asking.grows(more);
            flushSoon();
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

    private @Nullable Http2Downstream downstream(@Nullable Http2Stream stream) {
        return stream == null ? null : stream.getProperty(downstreamKey);
    }

    private void writabilityChanged(Http2Stream stream) {
        Http2Downstream downstream = downstream(stream);
        if (downstream != null) {
            downstream.writabilityChanged();
        }
    }

    private void open(Http2Stream stream, RequestHead head) {
        Http2Downstream downstream = new Http2Downstream(this, stream, !head.bodyFollows());
        stream.setProperty(downstreamKey, downstream);
        Http2Pinger asking = pinger;
        if (asking != null) {
            asking.opened();
        }
        if (head.bodyFollows() && held > limits.overloadHeldBytes()) {
            downstream.abort(new Failure(Failure.Kind.OVERLOAD, "held bytes " + held));
            return;
        }
        try {
            Exchange exchange = handler.open(head, downstream);
            downstream.opened(exchange);
        } catch (RuntimeException e) {
            log.error("exchange could not be opened stream={}", stream.id(), e);
            downstream.abort(new Failure(Failure.Kind.INTERNAL, e.toString()));
        }
    }

    /** Frees memory by ending the stream that holds most. */
    private void resetGreediest() throws Http2Exception {
        Greediest greediest = new Greediest();
        connection().forEachActiveStream(greediest);
        Http2Stream stream = greediest.stream;
        if (stream != null) {
            log.warn("reset the stream that holds most stream={} held={}", stream.id(), greediest.held);
            reset(stream, Http2Error.ENHANCE_YOUR_CALM);
        }
    }

    private final class Greediest implements Http2StreamVisitor {
        private @Nullable Http2Stream stream;
        private long held;

        @Override
        public boolean visit(Http2Stream candidate) {
            Http2Downstream downstream = downstream(candidate);
            if (downstream != null && downstream.held() > held) {
                stream = candidate;
                held = downstream.held();
            }
            return true;
        }
    }

    private final class Closed extends Http2ConnectionAdapter {
        @Override
        public void onStreamClosed(Http2Stream stream) {
            Http2Downstream downstream = downstream(stream);
            if (downstream != null) {
                held -= downstream.close();
            }
        }
    }

    /** What the peer sends. */
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
                boolean endOfStream)
                throws Http2Exception {
            onHeadersRead(ctx, streamId, headers, padding, endOfStream);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream)
                throws Http2Exception {
            Http2Stream stream = connection().stream(streamId);
            Http2Downstream downstream = downstream(stream);
            if (downstream != null) {
                HttpHeaders trailers = Http2HeaderMapper.trailers(headers);
                if (trailers == null) {
                    throw Http2Exception.streamError(streamId, PROTOCOL_ERROR, "malformed trailers on %d", streamId);
                }
                downstream.receivedEnd(trailers);
                return;
            }
            RequestHead head = Http2HeaderMapper.request(headers, endOfStream);
            if (head == null) {
                throw Http2Exception.streamError(streamId, PROTOCOL_ERROR, "malformed request on stream %d", streamId);
            }
            open(stream, head);
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream)
                throws Http2Exception {
            Http2Downstream downstream = downstream(connection().stream(streamId));
            if (downstream == null) {
                return data.readableBytes() + padding;
            }
            if (data.isReadable()) {
                held += data.readableBytes();
                Http2Pinger asking = pinger;
                if (asking != null) {
                    asking.received(data.readableBytes());
                    if (downstream.turnsLarge(data.readableBytes())) {
                        asking.grows(limits.streamWindowBytes());
                    }
                }
                // The frame's bytes are only lent to this call.
                downstream.received(data.retain());
            }
            if (endOfStream) {
                downstream.receivedEnd(null);
            }
            if (held > limits.maxHeldBytes()) {
                resetGreediest();
            }
            return padding;
        }

        @Override
        public void onPingAckRead(ChannelHandlerContext ctx, long data) {
            Http2Pinger asking = pinger;
            if (asking != null) {
                asking.answered(data);
            }
        }

        @Override
        public void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int increment) {
            Http2Pinger asking = pinger;
            if (asking != null) {
                asking.credited();
            }
        }

        @Override
        public void onGoAwayRead(ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData) {
            observer.peerGoesAway(errorCode);
        }
    }
}
