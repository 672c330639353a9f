package dev.adit.edgesim.api;

import dev.adit.edgesim.tunnel.Tunnel;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the API knows of one tunnel beyond what the directory does. Confined to the event loop. */
final class TunnelEntry {
    final Tunnel tunnel;
    final Instant createdAt;
    String source;

    @Nullable
    Instant deletedAt;

    @Nullable
    Instant configuredAt;

    @Nullable
    Instant activeAt;

    @Nullable
    Instant inactiveAt;

    TunnelEntry(Tunnel tunnel, Instant createdAt, String source) {
        this.tunnel = tunnel;
        this.createdAt = createdAt;
        this.source = source;
    }

    TunnelSpec spec() {
        return tunnel.spec();
    }

    boolean isDeleted() {
        return deletedAt != null;
    }

    /** Takes note of whether a connector is there now. */
    void look(Instant now) {
        boolean active = !tunnel.sessions().isEmpty();
        if (active && activeAt == null) {
            activeAt = now;
            inactiveAt = null;
        } else if (!active && activeAt != null) {
            activeAt = null;
            inactiveAt = now;
        }
    }
}
