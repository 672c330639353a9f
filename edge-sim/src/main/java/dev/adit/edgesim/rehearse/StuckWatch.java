package dev.adit.edgesim.rehearse;

import dev.adit.edgesim.tunnel.TunnelSession;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Since when connections have been stuck on a path that takes small packets only, and how long it took until each was given
 * up. A connection is well until its first large packet, whoever looks at it. Confined to the event loop.
 */
final class StuckWatch {
    private final Map<TunnelSession, Long> sinceNanos = new HashMap<>();
    private final Set<TunnelSession> left;
    private final long openedNanos;
    private Duration longest = Duration.ZERO;

    /** Of {@code sessions}, which are well until {@code openedNanos}. */
    StuckWatch(Collection<TunnelSession> sessions, long openedNanos) {
        left = new HashSet<>(sessions);
        this.openedNanos = openedNanos;
    }

    /** Takes note of what is stuck now, and which are not among {@code present} any more. */
    void look(Collection<TunnelSession> present, long nowNanos) {
        for (TunnelSession session : Set.copyOf(left)) {
            if (!present.contains(session)) {
                left.remove(session);
                Duration time = Duration.ofNanos(nowNanos - sinceNanos.getOrDefault(session, openedNanos));
                longest = time.compareTo(longest) > 0 ? time : longest;
            } else if (session.link().isHolding()) {
                sinceNanos.putIfAbsent(session, nowNanos);
            }
        }
    }

    /** Whether each that is left is stuck. */
    boolean areAllStuck() {
        return sinceNanos.keySet().containsAll(left);
    }

    /** Whether the connector has given up all of them. */
    boolean areAllGone() {
        return left.isEmpty();
    }

    /** The longest time from a connection's first stuck packet, or from the opening if none was seen, until its end. */
    Duration longest() {
        return longest;
    }
}
