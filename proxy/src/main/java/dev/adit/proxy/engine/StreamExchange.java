package dev.adit.proxy.engine;

import dev.adit.proxy.http.Downstream;
import dev.adit.proxy.http.Exchange;
import dev.adit.proxy.http.Failure;
import dev.adit.proxy.upstream.UpstreamConnection;
import dev.adit.proxy.upstream.UpstreamListener;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A byte pipe between the downstream and an origin: WebSocket after its handshake, or plain TCP. Each direction ends by
 * itself; once one has ended, the other may go without bytes for 30 s before both are closed. Confined to the event loop
 * of the downstream.
 *
 * <pre>
 *   OPEN ── one side ends ──► HALF ── other side ends, or 30 s without bytes ──► DONE
 *     └──────────────── failure of either side ───────────────────────────────────┘
 * </pre>
 */
final class StreamExchange implements Exchange, UpstreamListener {
    private static final long HALF_OPEN_IDLE_SECONDS = 30;

    private final Downstream downstream;
    private final UpstreamConnection upstream;
    private final Upload upload;
    private boolean originEnded;
    private boolean done;
    private boolean sawBytes;
    private @Nullable ScheduledFuture<?> halfOpenCheck;

    /** Takes over {@code upstream} and what waits in {@code upload}. */
    StreamExchange(Downstream downstream, UpstreamConnection upstream, Upload upload) {
        this.downstream = downstream;
        this.upstream = upstream;
        this.upload = upload;
    }

    /** Starts to pass bytes on, in both directions; the acknowledging head has been sent. */
    void start() {
        upstream.handOver(this);
        downstream.handOver(this);
        upstream.becomeRaw();
        upload.start(upstream);
        if (upload.isEnded()) {
            oneSideEnded();
        }
    }

    @Override
    public void body(ByteBuf data) {
        if (done || upload.isEnded()) {
            data.release();
            return;
        }
        sawBytes = true;
        upload.body(data);
    }

    @Override
    public void end(@Nullable HttpHeaders trailers) {
        if (!done && !upload.isEnded()) {
            upload.end(null);
            oneSideEnded();
        }
    }

    @Override
    public void downstreamWritable() {
        upstream.setReading(true);
    }

    @Override
    public void aborted() {
        if (!done) {
            finish();
        }
    }

    @Override
    public void connected(UpstreamConnection connection) {
        throw new IllegalStateException("a stream is made on a connection that is up");
    }

    @Override
    public void responseHead(int status, HttpHeaders headers, boolean bodyFollows) {
        throw new IllegalStateException("no heads on a raw connection");
    }

    @Override
    public void responseBody(ByteBuf data) {
        if (done || originEnded) {
            data.release();
            return;
        }
        sawBytes = true;
        downstream.body(data);
        upstream.setReading(downstream.isWritable());
    }

    @Override
    public void responseEnd(@Nullable HttpHeaders trailers) {
        if (!done && !originEnded) {
            originEnded = true;
            downstream.end(null);
            oneSideEnded();
        }
    }

    @Override
    public void upstreamFailed(Failure failure) {
        if (done) {
            return;
        }
        boolean clean = originEnded;
        finish();
        if (clean) {
            downstream.finished();
        } else {
            downstream.abort(failure);
        }
    }

    @Override
    public void upstreamWritable() {
        upload.writable();
    }

    private void oneSideEnded() {
        if (originEnded && upload.isEnded()) {
            upstream.closeWhenWritten();
            stop();
        } else if (halfOpenCheck == null) {
            sawBytes = false;
            scheduleCheck();
        }
    }

    private void scheduleCheck() {
        halfOpenCheck = downstream.eventLoop().schedule(this::checkHalfOpen, HALF_OPEN_IDLE_SECONDS, TimeUnit.SECONDS);
    }

    private void checkHalfOpen() {
        if (done) {
            return;
        }
        if (sawBytes) {
            sawBytes = false;
            scheduleCheck();
            return;
        }
        finish();
        downstream.end(null);
        downstream.finished();
    }

    private void finish() {
        upstream.close();
        stop();
    }

    private void stop() {
        done = true;
        upload.discard();
        ScheduledFuture<?> check = halfOpenCheck;
        if (check != null) {
            check.cancel(false);
        }
    }
}
