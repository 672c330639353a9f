package dev.adit.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/** What the downstream tells the one who serves a request. Every method is called on the downstream's event loop. */
public interface Exchange {
    /** Request body bytes. Takes over {@code data}; {@link Downstream#consumed} gives the credit back. */
    void body(ByteBuf data);

    /** The request body is complete. */
    void end(@Nullable HttpHeaders trailers);

    /** {@link Downstream#isWritable()} became true again. */
    void downstreamWritable();

    /** The eyeball or its connection is gone: free everything, send nothing. */
    void aborted();
}
