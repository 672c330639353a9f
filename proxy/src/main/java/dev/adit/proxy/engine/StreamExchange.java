package dev.adit.proxy.engine;

import dev.adit.proxy.http.Downstream;
import dev.adit.proxy.http.Exchange;
import dev.adit.proxy.http.Failure;
import dev.adit.proxy.upstream.UpstreamConnection;
import dev.adit.proxy.upstream.UpstreamListener;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A byte pipe between the downstream and an origin: WebSocket after its handshake, or plain TCP. Each direction ends by
 * itself; once one has ended, the other may go without bytes for a while (30 s) before both are closed. Confined to the
 * event loop of the downstream.
 *
 * <pre>
 *   OPEN ── one side ends ──► HALF ── other side ends: close when all is written ──► DONE
 *     │                         └──── nothing moves for too long ─────────────────────┤
 *     └─────────────── failure of either side, in OPEN or HALF ───────────────────────┘
 * </pre>
 */
final class StreamExchange implements Exchange, UpstreamListener {
    private final Downstream downstream;
    private final UpstreamConnection upstream;
    private final Upload upload;
    private final Duration halfOpenIdle;
    private boolean originEnded;
    private boolean done;
    private boolean sawBytes;
    private Runnable whenDone = () -> {};
    private @Nullable ScheduledFuture<?> halfOpenCheck;

    /** Takes over {@code upstream} and what waits in {@code upload}. */
    StreamExchange(Downstream downstream, UpstreamConnection upstream, Upload upload, Duration halfOpenIdle) {
        this.downstream = downstream;
        this.upstream = upstream;
        this.upload = upload;
        this.halfOpenIdle = halfOpenIdle;
    }

    /** Runs {@code task} once when the stream is over. */
    StreamExchange whenDone(Runnable task) {
        whenDone = task;
        return this;
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
            int bytes = data.readableBytes();
            data.release();
            downstream.consumed(bytes);
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
            upstream.close();
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
        finish();
        upstream.close();
        if (originEnded) {
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
            finish();
            closeWhenWritten();
        } else if (halfOpenCheck == null) {
            sawBytes = false;
            scheduleCheck();
        }
    }

    /** What the eyeball sent last may still wait for an origin that reads slowly, but not for ever. */
    private void closeWhenWritten() {
        upstream.closeWhenWritten();
        if (!upstream.isWritable()) {
            downstream.eventLoop().schedule(upstream::close, halfOpenIdle.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void scheduleCheck() {
        halfOpenCheck =
                downstream.eventLoop().schedule(this::checkHalfOpen, halfOpenIdle.toNanos(), TimeUnit.NANOSECONDS);
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
        upstreamFailed(
                new Failure(Failure.Kind.RESET_IN_BODY, "no bytes for " + halfOpenIdle + " on a half-open stream"));
    }

    private void finish() {
        done = true;
        upload.discard();
        ScheduledFuture<?> check = halfOpenCheck;
        if (check != null) {
            check.cancel(false);
        }
        whenDone.run();
    }
}
