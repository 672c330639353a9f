package dev.adit.connector.ingress;

import dev.adit.proxy.route.AccessPolicy;
import dev.adit.proxy.route.OriginOptions;
import org.jspecify.annotations.Nullable;

/**
 * One {@code originRequest} with all that it inherits.
 *
 * @param options how to talk to origins
 * @param streams about services that take bytes
 * @param access who may use the rule; null for everybody
 */
public record OriginRequest(
        OriginOptions options,
        StreamOptions streams,
        @Nullable AccessPolicy access) {
    /** Nothing is said. */
    static final OriginRequest DEFAULT = new OriginRequest(OriginOptions.DEFAULT, StreamOptions.DEFAULT, null);
}
