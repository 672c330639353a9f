package dev.adit.connector.tunnel;

import dev.adit.proxy.http.Downstream;
import dev.adit.proxy.http.Exchange;
import dev.adit.proxy.http.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/** A stream that the edge should not have opened: answered as a bad request, and freed of whatever still comes. */
final class RefusedStream implements Exchange {
    private final Downstream downstream;

    RefusedStream(Downstream downstream, String why) {
        this.downstream = downstream;
        downstream.abort(new Failure(Failure.Kind.BAD_REQUEST, why));
    }

    @Override
    public void body(ByteBuf data) {
        int bytes = data.readableBytes();
        data.release();
        downstream.consumed(bytes);
    }

    @Override
    public void end(@Nullable HttpHeaders trailers) {}

    @Override
    public void downstreamWritable() {}

    @Override
    public void aborted() {}
}
