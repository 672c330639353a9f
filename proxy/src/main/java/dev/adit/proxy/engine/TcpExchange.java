package dev.adit.proxy.engine;

import dev.adit.proxy.http.Downstream;
import dev.adit.proxy.http.Exchange;
import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.ResponseHead;
import dev.adit.proxy.upstream.UpstreamConnection;
import dev.adit.proxy.upstream.UpstreamListener;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A TCP stream until its connection is up: then it acknowledges with 200 and becomes a {@link StreamExchange}. */
final class TcpExchange implements Exchange, UpstreamListener {
    private final Downstream downstream;
    private final Duration halfOpenIdle;
    private final Upload upload;
    private boolean done;

    /** A pipe whose one direction may be idle for {@code halfOpenIdle} after the other has ended. */
    TcpExchange(Downstream downstream, Duration halfOpenIdle) {
        this.downstream = downstream;
        this.halfOpenIdle = halfOpenIdle;
        upload = new Upload(downstream);
    }

    @Override
    public void connected(UpstreamConnection connection) {
        if (done) {
            connection.close();
            return;
        }
        done = true;
        downstream.head(new ResponseHead(200, new DefaultHttpHeaders(), true));
        new StreamExchange(downstream, connection, upload, halfOpenIdle).start();
    }

    @Override
    public void upstreamFailed(Failure failure) {
        if (!done) {
            aborted();
            downstream.abort(failure);
        }
    }

    @Override
    public void body(ByteBuf data) {
        if (done) {
            int bytes = data.readableBytes();
            data.release();
            downstream.consumed(bytes);
        } else {
            upload.body(data);
        }
    }

    @Override
    public void end(@Nullable HttpHeaders trailers) {
        upload.end(null);
    }

    @Override
    public void aborted() {
        done = true;
        upload.discard();
    }

    @Override
    public void downstreamWritable() {}

    @Override
    public void upstreamWritable() {}

    @Override
    public void responseHead(int status, HttpHeaders headers, boolean bodyFollows) {}

    @Override
    public void responseBody(ByteBuf data) {
        data.release();
    }

    @Override
    public void responseEnd(@Nullable HttpHeaders trailers) {}
}
