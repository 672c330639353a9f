package dev.adit.proxy.h2;

import dev.adit.proxy.http.Downstream;
import dev.adit.proxy.http.Exchange;
import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One HTTP/2 stream as a {@link Downstream}. Confined to the event loop of its connection. */
final class Http2Downstream implements Downstream {
    private static final Logger log = LoggerFactory.getLogger(Http2Downstream.class);

    /** A smaller body delays nothing that comes behind it for long. */
    private static final long LARGE_BYTES = 32 << 10;

    private final Http2ServerConnection connection;
    private final Http2Stream stream;
    private @Nullable Exchange exchange;
    private boolean requestEnded;
    private boolean headSent;
    private boolean responseEnded;
    private boolean closed;
    private long held;
    private long total;
    private @Nullable ChannelFuture lastWrite;
    private @Nullable StreamWindow window;

    Http2Downstream(Http2ServerConnection connection, Http2Stream stream, boolean requestEnded) {
        this.connection = connection;
        this.stream = stream;
        this.requestEnded = requestEnded;
    }

    /** Who serves the stream, unless it was handed over or closed while it was opened. */
    void opened(Exchange server) {
        if (closed) {
            server.aborted();
        } else if (exchange == null) {
            exchange = server;
        }
    }

    @Override
    public void handOver(Exchange next) {
        exchange = next;
    }

    /** Counts body bytes; whether these are those that make the body a large one. */
    boolean turnsLarge(int bytes) {
        boolean small = total <= LARGE_BYTES;
        total += bytes;
        return small && total > LARGE_BYTES;
    }

    /** Request body from the peer. Takes over {@code data}. */
    void received(ByteBuf data) {
        held += data.readableBytes();
        if (window == null) {
            window = connection.window();
        }
        Exchange server = exchange;
        if (server == null) {
            int bytes = data.readableBytes();
            data.release();
            consumed(bytes);
        } else {
            try {
                server.body(data);
            } catch (RuntimeException e) {
                broke(e);
            }
        }
    }

    /** The end of the request from the peer. */
    void receivedEnd(@Nullable HttpHeaders trailers) {
        requestEnded = true;
        Exchange server = exchange;
        if (server != null) {
            try {
                server.end(trailers);
            } catch (RuntimeException e) {
                broke(e);
            }
        }
    }

    /** A fault of ours: it ends this exchange, and the others of the connection go on. */
    private void broke(RuntimeException fault) {
        log.error("exchange broke stream={}", stream.id(), fault);
        fail(new Failure(Failure.Kind.INTERNAL, fault.toString()));
    }

    /** The stream takes response bytes again. */
    void writabilityChanged() {
        Exchange server = exchange;
        if (server != null && !closed && isWritable()) {
            server.downstreamWritable();
        }
    }

    /** Ends the exchange on both sides. */
    void fail(Failure failure) {
        Exchange server = exchange;
        exchange = null;
        if (server != null) {
            server.aborted();
        }
        abort(failure);
    }

    /** The stream is closed, by whatever side; returns how many bytes it still held. */
    long close() {
        closed = true;
        Exchange server = exchange;
        exchange = null;
        if (server != null && !(requestEnded && responseEnded)) {
            server.aborted();
        }
        return held;
    }

    /** Bytes received that no credit was given for. */
    long held() {
        return held;
    }

    @Override
    public EventLoop eventLoop() {
        return connection.eventLoop();
    }

    @Override
    public void continueBody() {
        if (!closed && !headSent) {
            connection.writeHeaders(stream, new DefaultHttp2Headers(false, 1).status("100"), false);
        }
    }

    @Override
    public void head(ResponseHead head) {
        if (closed || headSent) {
            return;
        }
        headSent = true;
        responseEnded = !head.bodyFollows();
        Http2Headers list = Http2HeaderMapper.response(head.status(), head.headers());
        lastWrite = connection.writeHeaders(stream, list, responseEnded);
    }

    @Override
    public void body(ByteBuf data) {
        if (closed || responseEnded) {
            data.release();
        } else {
            connection.writeData(stream, data, false);
        }
    }

    @Override
    public void end(@Nullable HttpHeaders trailers) {
        if (closed || responseEnded) {
            return;
        }
        responseEnded = true;
        if (trailers == null || trailers.isEmpty()) {
            lastWrite = connection.writeData(stream, Unpooled.EMPTY_BUFFER, true);
        } else {
            lastWrite = connection.writeHeaders(stream, Http2HeaderMapper.trailers(trailers), true);
        }
    }

    @Override
    public void finished() {
        if (!closed && !requestEnded && responseEnded) {
            ChannelFuture end = lastWrite;
            if (end != null) {
                // Not at once: a reset would overtake response bytes that still wait for window.
                end.addListener(written -> {
                    if (!closed && !requestEnded) {
                        connection.reset(stream, Http2Error.NO_ERROR);
                    }
                });
            }
        }
    }

    @Override
    public void abort(Failure failure) {
        if (closed || responseEnded) {
            return;
        }
        if (headSent) {
            responseEnded = true;
            connection.reset(stream, Http2Error.INTERNAL_ERROR);
        } else {
            head(connection.failed(failure));
            finished();
        }
    }

    @Override
    public boolean isWritable() {
        return !closed && connection.isWritable(stream);
    }

    @Override
    public void consumed(int bytes) {
        if (!closed) {
            held -= bytes;
            connection.consumed(stream, bytes);
            StreamWindow current = window;
            if (current != null && !requestEnded) {
                connection.widen(stream, current, bytes);
            }
        }
    }
}
