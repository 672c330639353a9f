package dev.adit.edgesim.link;

import java.time.Duration;

/**
 * How one direction of a link carries bytes.
 *
 * @param delay how long each byte is under way
 * @param jitter a random time from 0 to this comes on top; bytes never overtake each other
 * @param bytesPerSecond how fast the line takes them; {@link Long#MAX_VALUE} if there is no cap
 * @param hole nothing gets through; what is under way waits, as TCP would send it again until the path is back
 * @param largestChunkBytes a larger write or read never gets through, nor does what comes after it;
 *     {@link Integer#MAX_VALUE} if there is no such limit
 */
public record Conditions(Duration delay, Duration jitter, long bytesPerSecond, boolean hole, int largestChunkBytes) {
    /** A link that does nothing to its bytes. */
    public static final Conditions CLEAR =
            new Conditions(Duration.ZERO, Duration.ZERO, Long.MAX_VALUE, false, Integer.MAX_VALUE);

    public Conditions {
        if (delay.isNegative() || jitter.isNegative()) {
            throw new IllegalArgumentException("delay and jitter must not be negative, were " + delay + ", " + jitter);
        }
        if (bytesPerSecond < 1 || largestChunkBytes < 1) {
            throw new IllegalArgumentException(
                    "rate and largest chunk must be positive, were " + bytesPerSecond + ", " + largestChunkBytes);
        }
    }

    /** A link with delay and jitter. */
    public static Conditions slow(Duration delay, Duration jitter) {
        return new Conditions(delay, jitter, Long.MAX_VALUE, false, Integer.MAX_VALUE);
    }

    /** A link that takes so many bytes in a second. */
    public static Conditions narrow(long bytesPerSecond) {
        return new Conditions(Duration.ZERO, Duration.ZERO, bytesPerSecond, false, Integer.MAX_VALUE);
    }

    /** A link that lets nothing through. */
    public static Conditions dead() {
        return new Conditions(Duration.ZERO, Duration.ZERO, Long.MAX_VALUE, true, Integer.MAX_VALUE);
    }

    /** A link that lets only chunks of up to {@code bytes} through. */
    public static Conditions small(int bytes) {
        return new Conditions(Duration.ZERO, Duration.ZERO, Long.MAX_VALUE, false, bytes);
    }

    /** A link with the troubles of both. */
    public Conditions and(Conditions other) {
        return new Conditions(
                delay.plus(other.delay),
                jitter.plus(other.jitter),
                Math.min(bytesPerSecond, other.bytesPerSecond),
                hole || other.hole,
                Math.min(largestChunkBytes, other.largestChunkBytes));
    }
}
