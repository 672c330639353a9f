package dev.adit.connector.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One whole Cap'n Proto message: its segments, on the heap, never changed once made. */
public final class CapnpMessage {
    static final int WORD_BYTES = 8;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long POINTER_KIND = 0b11;
    private static final long LOW_HALF = 0xffff_ffffL;

    private final byte[][] segments;

    /** Takes over {@code segments}, each a whole number of words. */
    CapnpMessage(byte[]... segments) {
        this.segments = segments;
    }

    /** The bytes that {@link #encode} makes. */
    public int sizeBytes() {
        return headerBytes() + bodyBytes();
    }

    /** The message with its segment table in a new buffer, which the caller owns. */
    ByteBuf encode(ByteBufAllocator allocator) {
        ByteBuf out = allocator.buffer(sizeBytes());
        out.writeIntLE(segments.length - 1);
        for (byte[] segment : segments) {
            out.writeIntLE(segment.length / WORD_BYTES);
        }
        out.writeZero(headerBytes() - out.readableBytes());
        for (byte[] segment : segments) {
            out.writeBytes(segment);
        }
        return out;
    }

    int segments() {
        return segments.length;
    }

    int words() {
        return bodyBytes() / WORD_BYTES;
    }

    byte[] segment(int segment) {
        return segments[segment];
    }

    long word(int segment, int word) {
        check(segment, word, 1);
        return (long) LONG.get(segments[segment], word * WORD_BYTES);
    }

    /** Refuses a range of words that is not wholly inside the message. */
    void check(int segment, int firstWord, long words) {
        if (segment < 0 || segment >= segments.length) {
            throw new CapnpException(
                    "pointer to segment " + Integer.toUnsignedString(segment) + " of " + segments.length + " segments");
        }
        if (firstWord < 0 || firstWord + words > segments[segment].length / WORD_BYTES) {
            throw new CapnpException("pointer out of bounds: " + words + " words at word " + firstWord
                    + " of a segment of " + segments[segment].length / WORD_BYTES + " words");
        }
    }

    /**
     * A message whose root has one data word, which is zero, and one pointer, which leads to the root of this message.
     * Only word 0 is replaced and two words are appended, so every other pointer, far ones included, stays right.
     */
    CapnpMessage nested() {
        long root = word(0, 0);
        int end = segments[0].length / WORD_BYTES;
        byte[] first = Arrays.copyOf(segments[0], (end + 2) * WORD_BYTES);
        LONG.set(first, 0, CapnpWriter.structPointer(end - 1, 1, 1));
        LONG.set(first, (end + 1) * WORD_BYTES, moved(root, end + 1));
        byte[][] wrapped = segments.clone();
        wrapped[0] = first;
        return new CapnpMessage(wrapped);
    }

    private static long moved(long pointer, int by) {
        boolean relative = pointer != 0 && (pointer & POINTER_KIND) <= 1;
        if (!relative) {
            return pointer;
        }
        int offset = ((int) pointer >> 2) - by;
        long low = (offset << 2) | (pointer & POINTER_KIND);
        return (pointer & ~LOW_HALF) | (low & LOW_HALF);
    }

    private int headerBytes() {
        return (Integer.BYTES * (segments.length + 1) + WORD_BYTES - 1) & -WORD_BYTES;
    }

    private int bodyBytes() {
        int bytes = 0;
        for (byte[] segment : segments) {
            bytes += segment.length;
        }
        return bytes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CapnpMessage that && Arrays.deepEquals(segments, that.segments);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(segments);
    }

    @Override
    public String toString() {
        return "CapnpMessage[" + segments.length + " segments, " + bodyBytes() + " bytes]";
    }
}
