package dev.adit.proxy.h2;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks the peer of one connection for signs of life and ends the connection without them. Confined to its event loop. */
final class Http2Pinger implements Runnable {
    private final ChannelHandlerContext context;
    private final Http2ConnectionEncoder encoder;
    private final Http2ConnectionObserver observer;
    private final Http2PingTimes times;
    private final Http2Liveness liveness;
    private final ScheduledFuture<?> checks;
    private @Nullable Object head;
    private long headProgress;
    private int opened;
    private long shortestRtt;

    Http2Pinger(
            ChannelHandlerContext context,
            Http2ConnectionEncoder encoder,
            Http2ConnectionObserver observer,
            Http2PingTimes times) {
        this.context = context;
        this.encoder = encoder;
        this.observer = observer;
        this.times = times;
        liveness = new Http2Liveness(times, now());
        long check = times.check().toNanos();
        checks = context.executor().scheduleWithFixedDelay(this, check, check, TimeUnit.NANOSECONDS);
    }

    void stop() {
        checks.cancel(false);
    }

    void credited() {
        liveness.credited(now());
    }

    /** A stream was opened; the first ones are no traffic. */
    void opened() {
        if (opened < times.quietStreams()) {
            opened++;
        } else {
            liveness.opened();
        }
    }

    /** Up to {@code more} bytes of one body may be on their way. */
    void grows(long more) {
        liveness.grows(more, now());
    }

    void received(int bytes) {
        liveness.received(bytes);
    }

    void answered(long id) {
        if (liveness.answered(id, now())) {
            shortestRtt = shortestRtt == 0 ? liveness.rttNanos() : Math.min(shortestRtt, liveness.rttNanos());
            observer.roundTrip(Duration.ofNanos(liveness.rttNanos()));
        }
    }

    /** The shortest way to the peer and back so far, 0 as long as none is known. */
    long shortestRttNanos() {
        return shortestRtt;
    }

    /** Called by the loop. */
    @Override
    public void run() {
        boolean wasFull = head != null;
        boolean moved = headMoved() && wasFull;
        boolean traffic = head != null || encoder.connection().numActiveStreams() > times.quietStreams();
        switch (liveness.check(now(), traffic, moved)) {
            case ALIVE -> {}
            case PING -> {
                encoder.writePing(context, false, liveness.pingId(), context.newPromise());
                context.flush();
            }
            case DEAD -> {
                stop();
                observer.peerSilent(Duration.ofNanos(liveness.silenceNanos(now())));
                // Not through the pipeline: TLS and HTTP/2 want to say good-bye, which a full socket never takes.
                context.pipeline().firstContext().close();
            }
        }
    }

    /** Looks at what the socket could not take yet. */
    private boolean headMoved() {
        ChannelOutboundBuffer waiting = context.channel().unsafe().outboundBuffer();
        Object now = waiting == null ? null : waiting.current();
        long progress = waiting == null ? 0 : waiting.currentProgress();
        boolean moved = now != head || progress != headProgress;
        head = now;
        headProgress = progress;
        return moved;
    }

    /** The clock of the connection's loop. */
    long now() {
        return context.executor().ticker().nanoTime();
    }
}
