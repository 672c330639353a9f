package dev.adit.proxy.upstream;

import dev.adit.proxy.h2.Http2HeaderMapper;
import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.Failure.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * One request on an HTTP/2 connection to an origin. Reading stops by withholding credit, so what comes after that is at
 * most a stream window. Confined to the event loop of its connection.
 */
final class Http2UpstreamStream implements UpstreamConnection {
    private final Http2Session session;
    private final boolean reused;
    private @Nullable UpstreamListener listener;
    private @Nullable Http2Stream stream;
    private boolean requestEnded;
    private boolean hasHead;
    private boolean closed;
    private boolean readingWanted = true;
    private int owed;

    Http2UpstreamStream(Http2Session session, UpstreamListener listener, boolean reused) {
        this.session = session;
        this.listener = listener;
        this.reused = reused;
    }

    @Override
    public boolean isReused() {
        return reused;
    }

    @Override
    public void request(UpstreamRequest request) {
        requestEnded = request.framing() == BodyFraming.NONE;
        stream = session.request(this, Http2RequestFields.of(request, session.usesTls()), requestEnded);
    }

    @Override
    public void becomeRaw() {
        throw new IllegalStateException("a stream of HTTP/2 carries no raw bytes");
    }

    @Override
    public void body(ByteBuf data) {
        Http2Stream to = stream;
        if (closed || requestEnded || to == null || !data.isReadable()) {
            data.release();
        } else {
            session.data(to, data, false);
        }
    }

    @Override
    public void endRequest(@Nullable HttpHeaders trailers) {
        Http2Stream to = stream;
        if (closed || requestEnded || to == null) {
            return;
        }
        requestEnded = true;
        if (trailers == null || trailers.isEmpty()) {
            session.data(to, Unpooled.EMPTY_BUFFER, true);
        } else {
            session.trailers(to, Http2HeaderMapper.trailers(trailers));
        }
    }

    /** A stream that is closed takes all there is, and drops it. */
    @Override
    public boolean isWritable() {
        Http2Stream to = stream;
        return closed || to == null || session.isWritable(to);
    }

    @Override
    public void setReading(boolean wanted) {
        readingWanted = wanted;
        Http2Stream from = stream;
        if (wanted && owed > 0 && from != null && !closed) {
            int bytes = owed;
            owed = 0;
            session.consumed(from, bytes);
        }
    }

    @Override
    public void release() {
        close();
    }

    @Override
    public void handOver(UpstreamListener next) {
        listener = next;
    }

    @Override
    public void closeWhenWritten() {
        listener = null;
    }

    @Override
    public void close() {
        listener = null;
        Http2Stream open = stream;
        if (open != null && !closed) {
            session.cancel(open);
        }
    }

    boolean hasHead() {
        return hasHead;
    }

    /** A head from the origin; interim ones are dropped. */
    void head(int status, HttpHeaders fields, boolean ends) {
        if (status < 200 && !ends) {
            return;
        }
        hasHead = true;
        UpstreamListener user = listener;
        if (user != null) {
            user.responseHead(status, fields, !ends);
        }
        if (ends) {
            end(null);
        }
    }

    /** Body from the origin, taken over; how much credit it gets at once. */
    int data(ByteBuf data) {
        int bytes = data.readableBytes();
        UpstreamListener user = listener;
        if (user == null || bytes == 0) {
            data.release();
            return bytes;
        }
        user.responseBody(data);
        if (readingWanted) {
            return bytes;
        }
        owed += bytes;
        return 0;
    }

    /** The response is complete. An origin that did not want the rest of the request is not sent it. */
    void end(@Nullable HttpHeaders trailers) {
        UpstreamListener user = listener;
        listener = null;
        if (user != null) {
            user.responseEnd(trailers);
        }
        Http2Stream open = stream;
        if (!requestEnded && open != null && !closed) {
            session.cancel(open);
        } else {
            setReading(true);
        }
    }

    void reset(long errorCode) {
        Http2Error error = Http2Error.valueOf(errorCode);
        if (error == Http2Error.REFUSED_STREAM && !hasHead) {
            fail(Kind.UNPROCESSED, "the origin refused the stream or goes away");
        } else if (error == Http2Error.HTTP_1_1_REQUIRED && !hasHead) {
            fail(Kind.BAD_RESPONSE, "the origin wants HTTP/1.1 for this request");
        } else {
            closed("the origin reset the stream: " + (error == null ? errorCode : error));
        }
    }

    /** The stream is no more, whoever ended it. */
    void closed(String detail) {
        fail(hasHead ? Kind.RESET_IN_BODY : Kind.RESET_BEFORE_HEAD, detail);
        closed = true;
    }

    private void fail(Kind kind, String detail) {
        UpstreamListener user = listener;
        listener = null;
        if (user != null) {
            user.upstreamFailed(new Failure(kind, detail));
        }
    }

    void writabilityChanged() {
        UpstreamListener user = listener;
        if (user != null && isWritable()) {
            user.upstreamWritable();
        }
    }
}
