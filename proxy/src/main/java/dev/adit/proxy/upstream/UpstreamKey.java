package dev.adit.proxy.upstream;

import dev.adit.proxy.route.OriginOptions;
import dev.adit.proxy.route.Target;

/**
 * What two requests must have in common to share connections.
 *
 * @param origin where to connect
 * @param options how to connect and for how long to keep the connection
 */
public record UpstreamKey(Target.HttpOrigin origin, OriginOptions options) {}
