package dev.adit.connector.ingress;

import dev.adit.proxy.config.ConfigNode;
import java.time.Duration;
import java.util.List;

/** Reads the time limits of one map and brings them into the range that timers and sockets take. */
final class TimeLimits {
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final Duration SHORTEST_KEEP_ALIVE = Duration.ofSeconds(1);
    /** The largest idle time that Linux takes for keep-alive probes. */
    private static final Duration LONGEST_KEEP_ALIVE = Duration.ofSeconds(32767);
    /** What Go's dialer makes of zero. */
    private static final Duration ZERO_KEEP_ALIVE = Duration.ofSeconds(15);

    private final ConfigNode node;
    private final List<String> warnings;

    /** @param warnings takes what is changed */
    TimeLimits(ConfigNode node, List<String> warnings) {
        this.node = node;
        this.warnings = warnings;
    }

    /** A limit that is always there. Zero means none to cloudflared; ours is then the longest one. */
    Duration limit(String key, Duration inherited) {
        Duration given = notNegative(key, inherited);
        return given.isZero() || given.compareTo(LONGEST) > 0 ? changed(key, LONGEST) : given;
    }

    /** A limit that zero switches off. */
    Duration optionalLimit(String key, Duration inherited) {
        Duration given = notNegative(key, inherited);
        return given.compareTo(LONGEST) > 0 ? changed(key, LONGEST) : given;
    }

    /** The time before and between keep-alive probes, which sockets take in seconds. */
    Duration tcpKeepAlive(Duration inherited) {
        Duration given = notNegative("tcpKeepAlive", inherited);
        if (given.isZero()) {
            return changed("tcpKeepAlive", ZERO_KEEP_ALIVE);
        }
        if (given.compareTo(SHORTEST_KEEP_ALIVE) < 0) {
            return changed("tcpKeepAlive", SHORTEST_KEEP_ALIVE);
        }
        return given.compareTo(LONGEST_KEEP_ALIVE) > 0 ? changed("tcpKeepAlive", LONGEST_KEEP_ALIVE) : given;
    }

    private Duration notNegative(String key, Duration inherited) {
        Duration given = node.duration(key);
        if (given == null) {
            return inherited;
        }
        if (given.isNegative()) {
            node.problem(key, "must not be negative");
            return inherited;
        }
        return given;
    }

    private Duration changed(String key, Duration used) {
        warnings.add(node.path() + '.' + key + " is out of range, using " + used.toSeconds() + " s");
        return used;
    }
}
