package dev.adit.proxy.engine;

import dev.adit.proxy.http.Downstream;
import dev.adit.proxy.http.Exchange;
import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.ResponseHead;
import dev.adit.proxy.upstream.UpstreamConnection;
import dev.adit.proxy.upstream.UpstreamListener;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A TCP stream until its connection is up: then it acknowledges and becomes a {@link StreamExchange}. Confined to the
 * event loop of the downstream.
 */
final class TcpExchange implements Exchange, UpstreamListener {
    /**
     * How a stream goes.
     *
     * @param acknowledgement what the eyeball gets once the connection is up
     * @param connectRetry how long a refused connection is tried again
     * @param halfOpenIdle how long one direction may be idle after the other has ended
     * @param failed hears why there is no connection
     * @param whenDone runs once at the end
     */
    record Plan(
            ResponseHead acknowledgement,
            Duration connectRetry,
            Duration halfOpenIdle,
            Consumer<Failure> failed,
            Runnable whenDone) {}

    private final Downstream downstream;
    private final Plan plan;
    private final Upload upload;
    private final ConnectRetry connectRetry;
    private Runnable dial = () -> {};
    private boolean done;

    TcpExchange(Downstream downstream, Plan plan) {
        this.downstream = downstream;
        this.plan = plan;
        upload = new Upload(downstream);
        connectRetry = new ConnectRetry(downstream.eventLoop(), plan.connectRetry);
    }

    /** Sets out with {@code task}, which asks for a connection for this exchange. */
    TcpExchange start(Runnable task) {
        dial = task;
        dial.run();
        return this;
    }

    @Override
    public void connected(UpstreamConnection connection) {
        if (done) {
            connection.close();
            return;
        }
        done = true;
        downstream.head(plan.acknowledgement);
        new StreamExchange(downstream, connection, upload, plan.halfOpenIdle)
                .whenDone(plan.whenDone)
                .start();
    }

    @Override
    public void upstreamFailed(Failure failure) {
        if (done || connectRetry.again(failure, dial)) {
            return;
        }
        Failure last = connectRetry.lastOf(failure);
        aborted();
        plan.failed.accept(last);
        ResponseHead answer = ConnectRetry.answer(last);
        if (answer == null) {
            downstream.abort(last);
        } else {
            downstream.abort(last, answer);
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
        if (!done) {
            done = true;
            connectRetry.cancel();
            upload.discard();
            plan.whenDone.run();
        }
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
