package dev.adit.edgesim.demo;

import io.netty.buffer.ByteBuf;
import java.util.Random;

/**
 * A body that can be checked byte by byte: an endless one for each number, and those of two numbers differ almost
 * everywhere.
 */
public final class Pattern {
    // Any would do, as long as it is always the same.
    private static final long SEED = 0xAD17L;
    // A prime, so that no power of two in a length or a buffer size hides a shift.
    private static final byte[] BYTES = new byte[65_521];

    static {
        new Random(SEED).nextBytes(BYTES);
    }

    private Pattern() {}

    /** Appends bytes {@code from} to {@code from + count} of body {@code number} to {@code out}. */
    public static void append(ByteBuf out, long number, int from, int count) {
        int at = index(number, from);
        int left = count;
        while (left > 0) {
            int part = Math.min(left, BYTES.length - at);
            out.writeBytes(BYTES, at, part);
            left -= part;
            at = 0;
        }
    }

    /** Whether the readable bytes of {@code data} are those of body {@code number} from {@code from} on. */
    public static boolean matches(ByteBuf data, long number, int from) {
        int at = index(number, from);
        for (int i = data.readerIndex(); i < data.writerIndex(); i++) {
            if (data.getByte(i) != BYTES[at]) {
                return false;
            }
            at = at + 1 == BYTES.length ? 0 : at + 1;
        }
        return true;
    }

    private static int index(long number, int from) {
        // Neighbors are far apart.
        return (int) Math.floorMod(Math.floorMod(number, (long) BYTES.length) * 7_919 + from, (long) BYTES.length);
    }
}
