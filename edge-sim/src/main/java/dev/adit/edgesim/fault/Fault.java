package dev.adit.edgesim.fault;

import dev.adit.edgesim.h2.StreamSide;
import dev.adit.edgesim.link.Ending;
import io.netty.handler.codec.http2.Http2Error;
import java.time.Duration;
import java.util.Locale;

/** Something that the edge, or the path to it, does wrong on purpose. */
public sealed interface Fault {
    /** The name of its kind, in lower case with hyphens: {@code black-hole}. */
    default String name() {
        return getClass().getSimpleName().replaceAll("(?<=[a-z])([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /** Registrations are refused with these words. */
    record Refuse(String cause, boolean shouldRetry, Duration retryAfter) implements Registration {}

    /** Registrations are refused as with a wrong secret. */
    record Unauthorized() implements Registration {}

    /** Registrations are refused as if the connector were connected to this edge already. */
    record Duplicate() implements Registration {}

    /** Registrations are never answered. */
    record HangRpc() implements Registration {}

    /** The connection is closed when a registration arrives. */
    record CloseEarly() implements Registration {}

    /** One of the connections, picked at random, is cut. */
    record CutOne(Ending ending) implements Instant {}

    /** All connections are cut, those that are not registered yet included. */
    record CutAll(Ending ending) implements Instant {}

    /** All connections get a GOAWAY. */
    record Goaway() implements Instant {}

    /**
     * Streams are reset towards the connector.
     *
     * @param side whose bytes count
     * @param bytes how many bytes of the body go by before
     * @param error the code of the RST_STREAM
     */
    record ResetStream(StreamSide side, long bytes, Http2Error error) implements OnStream {
        public ResetStream {
            checkBytes(bytes);
        }
    }

    /** The edge reads nothing more from the connector. */
    record StallReads() implements Standing {}

    /**
     * The edge's windows are tiny: answers come in drops.
     *
     * @param bytes the initial window of every stream
     */
    record TinyWindows(int bytes) implements Standing {
        public TinyWindows {
            if (bytes < 1) {
                throw new IllegalArgumentException("bytes must be positive, was " + bytes);
            }
        }
    }

    /**
     * The path is slow.
     *
     * @param flow which way
     * @param delay how long each byte is under way
     * @param jitter a random time up to this comes on top
     * @param bytesPerSecond how much it carries; {@link Long#MAX_VALUE} for no limit
     */
    record SlowLink(Flow flow, Duration delay, Duration jitter, long bytesPerSecond) implements Standing {
        public SlowLink {
            if (delay.isNegative() || jitter.isNegative()) {
                throw new IllegalArgumentException(
                        "delay and jitter must not be negative, were " + delay + ", " + jitter);
            }
            if (bytesPerSecond < 1) {
                throw new IllegalArgumentException("bytesPerSecond must be positive, was " + bytesPerSecond);
            }
        }
    }

    /** The path carries nothing, though TCP stays up. New connections are accepted and hear nothing. */
    record BlackHole(Flow flow) implements Standing {}

    /**
     * The path drops large packets, again and again: what comes behind one waits for ever, small or not.
     *
     * @param flow which way
     * @param bytes the largest write or read that gets through
     */
    record LargePackets(Flow flow, int bytes) implements Standing {
        public LargePackets {
            if (bytes < 1) {
                throw new IllegalArgumentException("bytes must be positive, was " + bytes);
            }
        }
    }

    /** The connector gets bytes that it must not accept. */
    record CorruptFrame(Corruption what) implements Instant {}

    /**
     * The configuration is pushed again, with the next version, while a request body is under way.
     *
     * @param bytes how many bytes of the body go out before
     */
    record ConfigMidUpload(long bytes) implements OnStream {
        public ConfigMidUpload {
            checkBytes(bytes);
        }
    }

    /**
     * The configuration is pushed many times in a row, each time with the next version; then all those versions once
     * more, in a random order.
     *
     * @param count how many versions
     */
    record ConfigStorm(int count) implements Instant {
        public ConfigStorm {
            if (count < 1 || count > 1_000) {
                throw new IllegalArgumentException("count must be from 1 to 1000, was " + count);
            }
        }
    }

    /** A region of the edge is gone: its connections are cut, and nobody listens at its addresses. */
    record RegionLoss() implements Standing {}

    /** The certificate for connectors is not valid yet; all connections are cut, so that they see it. */
    record SkewedCertificate() implements Standing {}

    /** The certificate for connectors has expired; all connections are cut, so that they see it. */
    record ExpiredCertificate() implements Standing {}

    /** A fault of registrations: of the next one in its scope, or of all while it lasts. */
    sealed interface Registration extends Fault {}

    /** A fault of streams that are opened later: of the next one in its scope, or of all while it lasts. */
    sealed interface OnStream extends Fault {}

    /** A fault that happens at once and is over. */
    sealed interface Instant extends Fault {}

    /** A fault that lasts until it is healed. */
    sealed interface Standing extends Fault {}

    private static void checkBytes(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes must not be negative, was " + bytes);
        }
    }
}
