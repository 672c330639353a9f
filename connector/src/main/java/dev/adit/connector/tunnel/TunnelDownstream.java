package dev.adit.connector.tunnel;

import dev.adit.connector.wire.TunnelHeaders;
import dev.adit.connector.wire.UserHeaders;
import dev.adit.proxy.http.Downstream;
import dev.adit.proxy.http.Exchange;
import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A stream of the edge as the origin's answer must look on it: 101 is 200, the origin's fields are packed into one, and a
 * field says that the origin answered.
 */
final class TunnelDownstream implements Downstream {
    private final Downstream stream;
    private final int connIndex;

    /** {@code connIndex} is the number of the connection that the stream is on. */
    TunnelDownstream(Downstream stream, int connIndex) {
        this.stream = stream;
        this.connIndex = connIndex;
    }

    @Override
    public int connection() {
        return connIndex;
    }

    @Override
    public void head(ResponseHead head) {
        HttpHeaders origin = head.headers();
        HttpHeaders fields = fields();
        fields.add(TunnelHeaders.RESPONSE_HEADERS, UserHeaders.pack(origin));
        fields.add(TunnelHeaders.RESPONSE_META, TunnelHeaders.META_ORIGIN);
        copy(HttpHeaderNames.CONTENT_LENGTH, origin, fields);
        copy(TunnelHeaders.TRACING, origin, fields);
        int status = head.status() == 101 ? 200 : head.status();
        stream.head(new ResponseHead(status, fields, head.bodyFollows()));
    }

    @Override
    public void abort(Failure failure) {
        stream.abort(failure);
    }

    private static HttpHeaders fields() {
        return DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
    }

    private static void copy(CharSequence name, HttpHeaders from, HttpHeaders to) {
        String value = from.get(name);
        if (value != null) {
            to.add(name, value);
        }
    }

    @Override
    public EventLoop eventLoop() {
        return stream.eventLoop();
    }

    @Override
    public void continueBody() {
        stream.continueBody();
    }

    @Override
    public void body(ByteBuf data) {
        stream.body(data);
    }

    @Override
    public void end(@Nullable HttpHeaders trailers) {
        stream.end(trailers);
    }

    @Override
    public void finished() {
        stream.finished();
    }

    @Override
    public boolean isWritable() {
        return stream.isWritable();
    }

    @Override
    public void consumed(int bytes) {
        stream.consumed(bytes);
    }

    @Override
    public void handOver(Exchange next) {
        stream.handOver(next);
    }
}
