package dev.adit.proxy.route;

import com.google.re2j.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One rule: which requests, and where they go.
 *
 * @param index position in the table, from 0
 * @param host which hosts; null for all
 * @param path expression that must be found in the decoded path without query; null for all
 * @param target where matching requests go
 * @param options how to talk to the target
 * @param access who may use the rule; null for everybody
 */
public record Route(
        int index,
        @Nullable HostPattern host,
        @Nullable Pattern path,
        Target target,
        OriginOptions options,
        @Nullable AccessPolicy access) {

    /** A rule for everybody. */
    public Route(int index, @Nullable HostPattern host, @Nullable Pattern path, Target target, OriginOptions options) {
        this(index, host, path, target, options, null);
    }

    /** Whether every request matches. */
    public boolean matchesAll() {
        return host == null && path == null;
    }
}
