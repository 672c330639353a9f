package dev.adit.benchmarks;

import dev.adit.edgesim.h2.SimStream;
import dev.adit.edgesim.h2.StreamListener;
import dev.adit.edgesim.h2.StreamRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Sends the requests of one round and counts what comes back. Confined to the event loop of the connection. */
final class JobRun {
    private static final ByteBuf CHUNK =
            Unpooled.unreleasableBuffer(Unpooled.directBuffer(65_536).writeZero(65_536));

    /** Opens a stream on the connection under load. */
    interface Opener {
        SimStream open(StreamRequest request, StreamListener listener);
    }

    /**
     * What one round took.
     *
     * @param requests how many
     * @param nanos from the first request to the last answer
     * @param p50Nanos median of one request
     * @param p99Nanos 99 % of the requests took no longer
     */
    record Outcome(int requests, long nanos, long p50Nanos, long p99Nanos) {}

    private final Job job;
    private final Opener opener;
    private final long[] latencies;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private int started;
    private int ended;
    private long startNanos;

    JobRun(Job job, Opener opener, int requests) {
        this.job = job;
        this.opener = opener;
        latencies = new long[requests];
    }

    /** Starts; the result comes on the event loop. */
    CompletableFuture<Outcome> start() {
        startNanos = System.nanoTime();
        for (int i = 0; i < Math.min(job.inFlight(), latencies.length); i++) {
            new Slot().next();
        }
        return outcome;
    }

    private void complete() {
        long nanos = System.nanoTime() - startNanos;
        Arrays.sort(latencies);
        outcome.complete(new Outcome(latencies.length, nanos, percentile(0.5), percentile(0.99)));
    }

    private long percentile(double part) {
        return latencies[(int) (part * (latencies.length - 1))];
    }

    /** One place for a request: as soon as one is answered, the next is sent. */
    private final class Slot implements StreamListener {
        private @Nullable SimStream stream;
        private long sentNanos;
        private int received;
        private int sent;
        private boolean endSent;

        void next() {
            if (started == latencies.length || outcome.isDone()) {
                return;
            }
            started++;
            received = 0;
            sent = 0;
            endSent = job.upBytes() == 0;
            sentNanos = System.nanoTime();
            stream = opener.open(job.request(), this);
            send();
        }

        private void send() {
            SimStream open = stream;
            if (open == null || endSent) {
                return;
            }
            while (sent < job.upBytes() && open.isWritable()) {
                int length = Math.min(CHUNK.capacity(), job.upBytes() - sent);
                open.body(CHUNK.duplicate().slice(0, length));
                sent += length;
            }
            if (sent == job.upBytes()) {
                endSent = true;
                open.end(null);
            }
        }

        @Override
        public void writabilityChanged() {
            send();
        }

        @Override
        public void head(Http2Headers headers, boolean last) {
            CharSequence status = headers.status();
            if (status == null || !"200".contentEquals(status)) {
                fail("status " + status + " " + headers);
            } else if (last) {
                end(null);
            }
        }

        @Override
        public void body(ByteBuf data) {
            int bytes = data.readableBytes();
            data.release();
            received += bytes;
            SimStream open = stream;
            if (open != null) {
                open.consumed(bytes);
            }
        }

        @Override
        public void end(@Nullable Http2Headers trailers) {
            if (received != job.downBytes()) {
                fail("body of " + received + " bytes instead of " + job.downBytes());
                return;
            }
            latencies[ended++] = System.nanoTime() - sentNanos;
            if (ended == latencies.length) {
                complete();
            } else {
                next();
            }
        }

        @Override
        public void reset(long errorCode) {
            fail("reset with code " + errorCode);
        }

        private void fail(String why) {
            outcome.completeExceptionally(new IllegalStateException(job.name() + ": " + why));
        }
    }
}
