package dev.adit.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * What one exchange has of an origin: a connection to itself, or one stream of a connection that others use too. Confined
 * to the event loop of the connection.
 */
public sealed interface UpstreamConnection permits Http1Connection, Http2UpstreamStream {
    /** Whether an earlier exchange used the connection, so that the origin may have closed it meanwhile. */
    boolean isReused();

    /**
     * Sends a request head.
     *
     * @throws IllegalArgumentException if the head can't be expressed; nothing was sent then
     */
    void request(UpstreamRequest request);

    /** Makes this carry raw bytes both ways, from here on and to its end. Only for HTTP/1.1. */
    void becomeRaw();

    /** Sends request body, or raw bytes. Takes over {@code data}. */
    void body(ByteBuf data);

    /** Ends the request, or this direction of the raw bytes. */
    void endRequest(@Nullable HttpHeaders trailers);

    /** Whether what is written now would go out rather than queue up. */
    boolean isWritable();

    /** Starts or stops reading from the origin. */
    void setReading(boolean wanted);

    /** Hands it back unused. */
    void release();

    /** Makes {@code next} hear what comes. */
    void handOver(UpstreamListener next);

    /** Closes once all that was written has left. The exchange hears nothing more. */
    void closeWhenWritten();

    /** Gives it up. The exchange hears nothing more. */
    void close();
}
