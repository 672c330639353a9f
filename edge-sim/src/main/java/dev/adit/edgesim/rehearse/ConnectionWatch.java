package dev.adit.edgesim.rehearse;

import dev.adit.edgesim.tunnel.TunnelSession;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks again and again at the connections of the tunnel: how many take traffic, since when they are complete, and
 * whether the connector changed anything since a fault began. Confined to the event loop; times are those of
 * {@code System.nanoTime()}.
 */
final class ConnectionWatch {
    private final Supplier<List<TunnelSession>> sessions;
    private final LongSupplier dials;
    private final int wanted;
    private int usable;
    private long completeSinceNanos;
    private List<TunnelSession> atFault = List.of();
    private long dialsAtFault;
    private boolean watching;
    private @Nullable Long changedNanos;

    /** {@code wanted} connections make the tunnel whole; {@code dials} counts those that were ever accepted. */
    ConnectionWatch(Supplier<List<TunnelSession>> sessions, LongSupplier dials, int wanted) {
        this.sessions = sessions;
        this.dials = dials;
        this.wanted = wanted;
    }

    /** Looks now; gives how many connections of different numbers take traffic. */
    int look(long nowNanos) {
        List<TunnelSession> now = sessions.get();
        int count = (int) now.stream()
                .filter(TunnelSession::isUsable)
                .mapToInt(TunnelSession::connIndex)
                .distinct()
                .count();
        if (count >= wanted && usable < wanted) {
            completeSinceNanos = nowNanos;
        }
        usable = count;
        if (watching && changedNanos == null && (!now.equals(atFault) || dials.getAsLong() > dialsAtFault)) {
            changedNanos = nowNanos;
        }
        return count;
    }

    /** A fault begins: the first change from now on tells when the connector reacted. */
    void faultBegins() {
        atFault = sessions.get();
        dialsAtFault = dials.getAsLong();
        watching = true;
        changedNanos = null;
    }

    boolean isComplete() {
        return usable >= wanted;
    }

    /** When the tunnel last became whole. */
    long completeSinceNanos() {
        return completeSinceNanos;
    }

    /** When the connector first gave a connection up, or brought a new one, since the last fault began; null if not. */
    @Nullable
    Long changedNanos() {
        return changedNanos;
    }
}
