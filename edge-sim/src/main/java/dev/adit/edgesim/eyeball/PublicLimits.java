package dev.adit.edgesim.eyeball;

import java.time.Duration;

/**
 * What a public request may be and how long it may take.
 *
 * @param bodyBytes largest request body; 0 means any
 * @param response how long the origin may take for the head of its answer, counted from the last part of the request;
 *     zero means for ever
 * @param patience how long the edge waits for eyeballs
 */
public record PublicLimits(long bodyBytes, Duration response, Patience patience) {
    // Cloudflare's documented limits of the free and pro plans: 100 MB, 100 s.
    private static final long FREE_BODY_BYTES = 100L << 20;
    private static final Duration FREE_RESPONSE = Duration.ofSeconds(100);

    public PublicLimits {
        if (bodyBytes < 0 || response.isNegative()) {
            throw new IllegalArgumentException("limits must not be negative");
        }
    }

    /** Any body, any time for the answer. */
    public static PublicLimits none() {
        return new PublicLimits(0, Duration.ZERO, Patience.defaults());
    }

    /** As the real edge's free plan: 100 MiB and 100 s. */
    public static PublicLimits free() {
        return new PublicLimits(FREE_BODY_BYTES, FREE_RESPONSE, Patience.defaults());
    }

    /** The same with another limit of the body. */
    public PublicLimits withBodyBytes(long other) {
        return new PublicLimits(other, response, patience);
    }

    /** The same with another limit of the answer. */
    public PublicLimits withResponse(Duration other) {
        return new PublicLimits(bodyBytes, other, patience);
    }

    /** The same with another patience. */
    public PublicLimits withPatience(Patience other) {
        return new PublicLimits(bodyBytes, response, other);
    }

    boolean allows(long bytes) {
        return bodyBytes == 0 || bytes <= bodyBytes;
    }
}
