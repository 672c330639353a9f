package dev.adit.edgesim.h2;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/** What happens on one stream. Every method is called on the event loop of the connection. */
public interface StreamListener {
    /** A 1xx head. */
    default void informational(Http2Headers headers) {}

    /** The final response head; with {@code last} the response is complete, and {@link #end} is not called. */
    void head(Http2Headers headers, boolean last);

    /** Body bytes. Takes over {@code data}; {@link SimStream#consumed} gives the credit back. */
    void body(ByteBuf data);

    /** The response is complete. */
    void end(@Nullable Http2Headers trailers);

    /**
     * The stream ended before the response was complete: the peer or an error reset it, or the connection is gone.
     *
     * @param errorCode RFC 9113 §7; CANCEL when the connection was lost
     */
    void reset(long errorCode);

    /**
     * As {@link #reset}, and not because of the request: the connection is gone, or it never looked at this stream.
     *
     * @param errorCode REFUSED_STREAM if the request was certainly not processed (RFC 9113 §8.7), else CANCEL
     */
    default void lost(long errorCode) {
        reset(errorCode);
    }

    /** {@link SimStream#isWritable()} may have changed. */
    default void writabilityChanged() {}
}
