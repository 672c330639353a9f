package dev.adit.edgesim.tunnel;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which tunnels there are and which host names lead to them. Immutable; its tunnels are not. */
public final class TunnelDirectory {
    private final Map<String, Tunnel> byName = new HashMap<>();
    private final Map<String, Tunnel> byHost = new HashMap<>();
    private final Map<UUID, Tunnel> byId = new HashMap<>();

    /** A directory of {@code specs}; throws IllegalArgumentException if two of them get in each other's way. */
    public TunnelDirectory(List<TunnelSpec> specs) {
        for (TunnelSpec spec : specs) {
            Tunnel tunnel = new Tunnel(spec);
            if (byName.putIfAbsent(spec.name(), tunnel) != null) {
                throw new IllegalArgumentException("two tunnels are called " + spec.name());
            }
            if (byId.putIfAbsent(spec.token().tunnelId(), tunnel) != null) {
                throw new IllegalArgumentException(
                        "two tunnels have the id " + spec.token().tunnelId());
            }
            for (String host : spec.hosts()) {
                if (byHost.putIfAbsent(host, tunnel) != null) {
                    throw new IllegalArgumentException("host name " + host + " is given twice");
                }
            }
        }
    }

    /** The tunnel called {@code name}; throws IllegalArgumentException if there is none. */
    public Tunnel byName(String name) {
        Tunnel tunnel = byName.get(name);
        if (tunnel == null) {
            throw new IllegalArgumentException("no tunnel is called " + name);
        }
        return tunnel;
    }

    /** The tunnel that serves {@code host}, in any case, without port. */
    public @Nullable Tunnel byHost(String host) {
        return byHost.get(host.toLowerCase(Locale.ROOT));
    }

    @Nullable
    Tunnel byId(UUID id) {
        return byId.get(id);
    }

    /** All routed host names. */
    public Set<String> hosts() {
        return Collections.unmodifiableSet(byHost.keySet());
    }
}
