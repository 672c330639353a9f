package dev.adit.edgesim.h2;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/**
 * One stream that we opened. Confined to the event loop of its connection. After the stream was closed every call is a
 * no-op that releases what it was given.
 */
public final class SimStream {
    // Go's client gives up after 5; a 103 for each of some dozen hints is imaginable.
    private static final int MAX_INFORMATIONAL = 32;

    private final Http2ClientConnection connection;
    private final int id;
    private final StreamListener listener;
    private boolean headSeen;
    private int informational;
    private boolean responseEnded;
    private boolean requestCut;
    private @Nullable StreamMark requestMark;
    private @Nullable StreamMark responseMark;

    SimStream(Http2ClientConnection connection, int id, StreamListener listener) {
        this.connection = connection;
        this.id = id;
        this.listener = listener;
    }

    /** The stream id. */
    public int id() {
        return id;
    }

    /** Sends request body bytes. Takes over {@code data}. */
    public void body(ByteBuf data) {
        StreamMark mark = requestMark;
        if (requestCut) {
            data.release();
        } else if (mark == null || !mark.reachedBy(data.readableBytes())) {
            connection.writeBody(id, data, false);
        } else {
            requestMark = null;
            requestCut = mark.last();
            ByteBuf before = data.readRetainedSlice((int) mark.left());
            connection.writeBodyThen(id, before, mark.action());
            body(data);
        }
    }

    /**
     * Runs {@code mark}'s action when so many bytes of the body went by; if it is the last word, no further bytes go by.
     * One mark for each side; to be set before the first byte.
     */
    public void mark(StreamSide side, StreamMark mark) {
        if (side == StreamSide.REQUEST) {
            requestMark = mark;
        } else {
            responseMark = mark;
        }
    }

    /** Resets the stream as {@link #reset} does, but the listener hears of it as if the peer had done so. */
    public void breakOff(Http2Error error) {
        requestCut = true;
        connection.writeReset(id, error);
        onClosed(error.code());
    }

    /** Ends the request, with trailers if there are any. */
    public void end(@Nullable Http2Headers trailers) {
        if (!requestCut) {
            connection.writeEnd(id, trailers);
        }
    }

    /** Resets the stream; the listener hears nothing more. */
    public void reset(Http2Error error) {
        responseEnded = true;
        requestCut = true;
        connection.writeReset(id, error);
    }

    /** Whether the next {@link #body} would go out rather than be queued; true once our side is closed. */
    public boolean isWritable() {
        return connection.isWritable(id);
    }

    /** Gives credit for {@code bytes} of response body that have been dealt with. */
    public void consumed(int bytes) {
        connection.consumed(id, bytes);
    }

    void onHeaders(Http2Headers headers, boolean last) {
        if (responseEnded) {
            return;
        }
        if (headSeen) {
            if (!last) {
                refuse(Http2Error.PROTOCOL_ERROR);
                return;
            }
            responseEnded = true;
            listener.end(headers);
            return;
        }
        CharSequence status = headers.status() == null ? "" : headers.status();
        if (!isStatus(status) || (status.charAt(0) == '1' && (last || "101".contentEquals(status)))) {
            refuse(Http2Error.PROTOCOL_ERROR);
            return;
        }
        if (status.charAt(0) == '1') {
            informational++;
            if (informational > MAX_INFORMATIONAL) {
                refuse(Http2Error.ENHANCE_YOUR_CALM);
            } else {
                listener.informational(headers);
            }
            return;
        }
        headSeen = true;
        responseEnded = last;
        listener.head(headers, last);
    }

    private static boolean isStatus(CharSequence status) {
        if (status.length() != 3 || status.charAt(0) < '1' || status.charAt(0) > '9') {
            return false;
        }
        return Character.digit(status.charAt(1), 10) >= 0 && Character.digit(status.charAt(2), 10) >= 0;
    }

    // The peer did what RFC 9113 §8.1 calls malformed.
    private void refuse(Http2Error error) {
        responseEnded = true;
        connection.writeReset(id, error);
        listener.reset(error.code());
    }

    /** Takes over {@code data}. */
    void onData(ByteBuf data, boolean last) {
        StreamMark mark = responseMark;
        if (mark != null && mark.reachedBy(data.readableBytes()) && !responseEnded) {
            responseMark = null;
            ByteBuf before = data.readRetainedSlice((int) mark.left());
            onData(before, false);
            mark.action().run();
        }
        int bytes = data.readableBytes();
        if (responseEnded) {
            data.release();
            consumed(bytes);
            return;
        }
        if (!headSeen) {
            data.release();
            consumed(bytes);
            refuse(Http2Error.PROTOCOL_ERROR);
            return;
        }
        if (bytes == 0) {
            data.release();
        } else {
            listener.body(data);
        }
        if (last && !responseEnded) {
            responseEnded = true;
            listener.end(null);
        }
    }

    void onClosed(long errorCode) {
        if (!responseEnded) {
            responseEnded = true;
            listener.reset(errorCode);
        }
    }

    void onLost(Http2Error error) {
        if (!responseEnded) {
            responseEnded = true;
            listener.lost(error.code());
        }
    }

    void onWritabilityChanged() {
        listener.writabilityChanged();
    }
}
