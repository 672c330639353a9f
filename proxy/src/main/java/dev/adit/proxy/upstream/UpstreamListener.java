package dev.adit.proxy.upstream;

import dev.adit.proxy.http.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/** What a connection to an origin tells the exchange that uses it. Every method is called on the connection's loop. */
public interface UpstreamListener {
    /** The connection is up and this exchange has it alone, until {@link #responseEnd} or {@link #upstreamFailed}. */
    void connected(UpstreamConnection connection);

    /** Whether this still waits for {@link #connected}: an eyeball may have gone meanwhile. */
    default boolean wantsConnection() {
        return true;
    }

    /** A final response head, or 101 if the request asked for an upgrade. */
    void responseHead(int status, HttpHeaders headers, boolean bodyFollows);

    /** Response body, or raw bytes after an upgrade. The listener takes over {@code data}. */
    void responseBody(ByteBuf data);

    /** The response is complete, or the origin has sent its last raw byte. */
    void responseEnd(@Nullable HttpHeaders trailers);

    /** No connection could be had, or it ended before {@link #responseEnd}. Nothing follows. */
    void upstreamFailed(Failure failure);

    /** {@link UpstreamConnection#isWritable()} became true again. */
    void upstreamWritable();
}
