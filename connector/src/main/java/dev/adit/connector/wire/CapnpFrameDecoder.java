package dev.adit.connector.wire;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Cuts a byte stream into messages: segment table, then segments. Confined to one thread. Holds heap memory only, and
 * no more than what arrived, so it needs no closing.
 */
public final class CapnpFrameDecoder {
    /**
     * 1 MiB. A registration is below 1 KiB; a local configuration has about 100 bytes for each rule, so 10,000 rules
     * fit.
     */
    public static final int DEFAULT_MAX_MESSAGE_BYTES = 1 << 20;

    /** 64 MiB: what cloudflared reads at most. */
    public static final int HARD_MAX_MESSAGE_BYTES = 64 << 20;

    /** What cloudflared reads at most. */
    private static final int MAX_SEGMENTS = 513;

    private static final int COUNT_BYTES = 4;
    private static final int FIRST_CAPACITY = 1024;
    private static final int BYTES_KEPT = 64 << 10;

    private final int maxMessageBytes;
    private byte[] held = new byte[FIRST_CAPACITY];
    private int size;
    private int wanted = COUNT_BYTES;
    private Part part = Part.SEGMENT_COUNT;
    private boolean failed;

    public CapnpFrameDecoder() {
        this(DEFAULT_MAX_MESSAGE_BYTES);
    }

    /** Refuses messages whose segments have more than {@code maxMessageBytes} together. */
    public CapnpFrameDecoder(int maxMessageBytes) {
        if (maxMessageBytes < CapnpMessage.WORD_BYTES || maxMessageBytes > HARD_MAX_MESSAGE_BYTES) {
            throw new IllegalArgumentException("maxMessageBytes must be from " + CapnpMessage.WORD_BYTES + " to "
                    + HARD_MAX_MESSAGE_BYTES + ", was " + maxMessageBytes);
        }
        this.maxMessageBytes = maxMessageBytes;
    }

    /**
     * Hands every message that {@code data} completes to {@code out}. Takes over {@code data}. After an exception, be
     * it a {@link CapnpException} from here or any from {@code out}, the place in the stream is lost and all later
     * data is dropped.
     */
    public void feed(ByteBuf data, Consumer<CapnpMessage> out) {
        boolean done = false;
        try {
            while (!failed && data.isReadable()) {
                take(data, Math.min(data.readableBytes(), wanted - size));
                if (size == wanted) {
                    step(out);
                }
            }
            done = true;
        } finally {
            data.release();
            if (!done) {
                failed = true;
                held = new byte[0];
            }
        }
    }

    int heldCapacity() {
        return held.length;
    }

    private void take(ByteBuf data, int bytes) {
        if (size + bytes > held.length) {
            held = Arrays.copyOf(
                    held, Math.min(Math.max(size + bytes, 2 * held.length), Math.max(wanted, FIRST_CAPACITY)));
        }
        data.readBytes(held, size, bytes);
        size += bytes;
    }

    private void step(Consumer<CapnpMessage> out) {
        if (part == Part.SEGMENT_COUNT) {
            wanted = tableBytes(segmentCount());
            part = Part.SEGMENT_TABLE;
            return;
        }
        if (part == Part.SEGMENT_TABLE) {
            wanted += bodyBytes();
            part = Part.SEGMENTS;
            if (size < wanted) {
                return;
            }
        }
        CapnpMessage message = message();
        size = 0;
        wanted = COUNT_BYTES;
        part = Part.SEGMENT_COUNT;
        if (held.length > BYTES_KEPT) {
            held = new byte[FIRST_CAPACITY];
        }
        out.accept(message);
    }

    private int segmentCount() {
        long count = Integer.toUnsignedLong(int32(0)) + 1;
        if (count > MAX_SEGMENTS) {
            throw new CapnpException("message of " + count + " segments, more than " + MAX_SEGMENTS);
        }
        return (int) count;
    }

    private int bodyBytes() {
        long bytes = 0;
        for (int segment = 0; segment < segmentCount(); segment++) {
            bytes += Integer.toUnsignedLong(segmentWords(segment)) * CapnpMessage.WORD_BYTES;
        }
        if (bytes > maxMessageBytes) {
            throw new CapnpException("message of " + bytes + " bytes, more than " + maxMessageBytes);
        }
        return (int) bytes;
    }

    private CapnpMessage message() {
        byte[][] segments = new byte[segmentCount()][];
        int from = tableBytes(segments.length);
        for (int segment = 0; segment < segments.length; segment++) {
            int to = from + segmentWords(segment) * CapnpMessage.WORD_BYTES;
            segments[segment] = Arrays.copyOfRange(held, from, to);
            from = to;
        }
        return new CapnpMessage(segments);
    }

    private static int tableBytes(int segments) {
        return (COUNT_BYTES * (segments + 1) + CapnpMessage.WORD_BYTES - 1) & -CapnpMessage.WORD_BYTES;
    }

    private int segmentWords(int segment) {
        return int32(COUNT_BYTES * (segment + 1));
    }

    private int int32(int at) {
        return (held[at] & 0xff) | ((held[at + 1] & 0xff) << 8) | ((held[at + 2] & 0xff) << 16) | (held[at + 3] << 24);
    }

    /** The part of a message that is being collected. */
    private enum Part {
        SEGMENT_COUNT,
        SEGMENT_TABLE,
        SEGMENTS
    }
}
