package dev.adit.edgesim.link;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The bytes under way in one direction of a link, in their order. Confined to the event loop of the channel. */
final class Lane {
    /** Where the bytes come out. */
    interface Exit {
        /** Takes over {@code data}; {@code promise} is for the write, null for what was read. */
        void deliver(ByteBuf data, @Nullable ChannelPromise promise);

        /** A batch was delivered. */
        void delivered();
    }

    // What a narrow line takes at once: the payload of a TCP segment on Ethernet with time stamps.
    private static final int SEGMENT_BYTES = 1_448;

    private final EventExecutor loop;
    private final RandomGenerator random;
    private final Exit exit;
    private final Queue<Chunk> queue = new ArrayDeque<>();
    private Conditions conditions = Conditions.CLEAR;
    private boolean plain = true;
    private long heldBytes;
    private long lineFreeNanos;
    private long lastDueNanos;
    private @Nullable Future<?> timer;

    Lane(EventExecutor loop, RandomGenerator random, Exit exit) {
        this.loop = loop;
        this.random = random;
        this.exit = exit;
        lineFreeNanos = now();
        lastDueNanos = now();
    }

    /** Carries bytes like that from now on; those under way included if they were stuck. */
    void set(Conditions now) {
        if (now.equals(conditions)) {
            return;
        }
        conditions = now;
        plain = now.equals(Conditions.CLEAR);
        pump();
    }

    /** Whether bytes may pass by this lane: nothing is done to them and none are ahead. */
    boolean clear() {
        return plain && queue.isEmpty();
    }

    /** Whether nothing gets through at all. */
    boolean dead() {
        return conditions.hole();
    }

    /** Whether nothing is under way. */
    boolean isEmpty() {
        return queue.isEmpty();
    }

    long heldBytes() {
        return heldBytes;
    }

    /** Takes over {@code data}. */
    void offer(ByteBuf data, @Nullable ChannelPromise promise) {
        int whole = data.readableBytes();
        heldBytes += whole;
        if (conditions.bytesPerSecond() != Long.MAX_VALUE) {
            while (data.readableBytes() > SEGMENT_BYTES) {
                add(new Chunk(data.readRetainedSlice(SEGMENT_BYTES), null, whole, dueNanos(SEGMENT_BYTES)));
            }
        }
        add(new Chunk(data, promise, whole, dueNanos(data.readableBytes())));
        pump();
    }

    private void add(Chunk chunk) {
        chunk.data.touch("under way on a link");
        queue.add(chunk);
    }

    private long dueNanos(int bytes) {
        long now = now();
        lineFreeNanos = Math.max(now, lineFreeNanos) + onLineNanos(bytes);
        long due = lineFreeNanos + conditions.delay().toNanos() + jitterNanos();
        lastDueNanos = Math.max(lastDueNanos, due);
        return lastDueNanos;
    }

    private long onLineNanos(int bytes) {
        long rate = conditions.bytesPerSecond();
        return rate == Long.MAX_VALUE ? 0 : (long) (bytes * 1e9 / rate);
    }

    private long jitterNanos() {
        Duration jitter = conditions.jitter();
        return jitter.isZero() ? 0 : random.nextLong(jitter.toNanos() + 1);
    }

    private void pump() {
        boolean any = false;
        while (headMayGo()) {
            Chunk chunk = queue.remove();
            heldBytes -= chunk.data.readableBytes();
            exit.deliver(chunk.data, chunk.promise);
            any = true;
        }
        if (any) {
            exit.delivered();
        }
        arm();
    }

    private boolean headMayGo() {
        Chunk head = queue.peek();
        return head != null && !stuck(head) && head.dueNanos <= now();
    }

    private boolean stuck(Chunk head) {
        return conditions.hole() || head.chunkBytes > conditions.largestChunkBytes();
    }

    private void arm() {
        Chunk head = queue.peek();
        if (timer == null && head != null && !stuck(head)) {
            timer = loop.schedule(
                    () -> {
                        timer = null;
                        pump();
                    },
                    Math.max(0, head.dueNanos - now()),
                    TimeUnit.NANOSECONDS);
        }
    }

    /** Delivers what is under way and may get through, without waiting for its time. */
    void hurry() {
        boolean any = false;
        for (Chunk head = queue.peek(); head != null && !stuck(head); head = queue.peek()) {
            queue.remove();
            heldBytes -= head.data.readableBytes();
            exit.deliver(head.data, head.promise);
            any = true;
        }
        if (any) {
            exit.delivered();
        }
    }

    /** Drops what is under way; its writes fail with {@code cause}. */
    void discard(Throwable cause) {
        for (Chunk chunk = queue.poll(); chunk != null; chunk = queue.poll()) {
            chunk.data.release();
            if (chunk.promise != null) {
                chunk.promise.tryFailure(cause);
            }
        }
        heldBytes = 0;
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private long now() {
        return loop.ticker().nanoTime();
    }

    /** Bytes that come out together, and how many were written or read in one go with them. */
    private record Chunk(ByteBuf data, @Nullable ChannelPromise promise, int chunkBytes, long dueNanos) {}
}
