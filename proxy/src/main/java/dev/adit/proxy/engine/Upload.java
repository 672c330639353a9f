package dev.adit.proxy.engine;

import dev.adit.proxy.http.Downstream;
import dev.adit.proxy.upstream.UpstreamConnection;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Request bytes on their way to the origin. Until there is a connection they wait here without credit, so at most one
 * stream window of them; after that they are passed on at once, with credit while the origin takes them and withheld
 * while it does not. Confined to the event loop of its exchange.
 */
final class Upload {
    private final Downstream downstream;
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(2);
    private @Nullable UpstreamConnection to;
    private @Nullable HttpHeaders trailers;
    private boolean ended;
    private boolean started;
    private int owed;

    Upload(Downstream downstream) {
        this.downstream = downstream;
    }

    /** Takes over {@code data}. */
    void body(ByteBuf data) {
        UpstreamConnection connection = to;
        if (connection == null) {
            waiting.add(data.touch("waits for the origin connection"));
        } else {
            pass(data, connection);
        }
    }

    void end(@Nullable HttpHeaders last) {
        ended = true;
        trailers = last;
        UpstreamConnection connection = to;
        if (connection != null) {
            connection.endRequest(last);
        }
    }

    /** Passes on what waits and from now on everything to {@code connection}, whose request head has been sent. */
    void start(UpstreamConnection connection) {
        to = connection;
        for (ByteBuf data = waiting.poll(); data != null; data = waiting.poll()) {
            pass(data, connection);
        }
        if (ended) {
            connection.endRequest(trailers);
        }
    }

    /** The origin takes bytes again. */
    void writable() {
        int bytes = owed;
        owed = 0;
        if (bytes > 0) {
            downstream.consumed(bytes);
        }
    }

    /** Whether all of the body has been passed on or waits here. */
    boolean isEnded() {
        return ended;
    }

    /** Whether body bytes wait or were passed on. */
    boolean hasBytes() {
        return started || !waiting.isEmpty();
    }

    /** Whether body bytes were passed on, so that the request can't be sent again. */
    boolean isStarted() {
        return started;
    }

    /** Forgets the connection; what comes now waits for the next one. */
    void detach() {
        to = null;
    }

    /** Frees what waits, and gives credit for what no origin will take any more. */
    void discard() {
        to = null;
        int bytes = owed;
        owed = 0;
        for (ByteBuf data = waiting.poll(); data != null; data = waiting.poll()) {
            bytes += data.readableBytes();
            data.release();
        }
        if (bytes > 0) {
            downstream.consumed(bytes);
        }
    }

    private void pass(ByteBuf data, UpstreamConnection connection) {
        int bytes = data.readableBytes();
        started |= bytes > 0;
        connection.body(data);
        if (connection.isWritable()) {
            downstream.consumed(bytes);
        } else {
            owed += bytes;
        }
    }
}
