package dev.adit.edgesim.api;

import dev.adit.edgesim.tunnel.TunnelSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The DNS zones there are. Confined to the event loop. */
final class Zones {
    private static final String USUAL = "example.test";
    private static final int MAX_ZONES = 1_000;

    private final SortedMap<String, Zone> byName = new TreeMap<>();

    /** The zones {@code names}, or one for examples if there are none. */
    Zones(Collection<String> names) {
        names.forEach(this::add);
        if (byName.isEmpty()) {
            add(USUAL);
        }
    }

    List<Zone> all() {
        return List.copyOf(byName.values());
    }

    @Nullable
    Zone byId(String id) {
        return byName.values().stream()
                .filter(zone -> zone.id().equals(id))
                .findFirst()
                .orElse(null);
    }

    /** The zone that {@code host} is in, made if need be: its last two labels. */
    Zone of(String host) {
        Zone best = null;
        for (Zone zone : byName.values()) {
            if (zone.holds(host)
                    && (best == null || zone.name().length() > best.name().length())) {
                best = zone;
            }
        }
        if (best != null) {
            return best;
        }
        String[] labels = host.split("\\.", -1);
        int last = labels.length - 1;
        return add(last < 1 ? host : labels[last - 1] + "." + labels[last]);
    }

    private Zone add(String name) {
        String lower = TunnelSpec.checkHost(name);
        Zone zone = new Zone(id(lower), lower);
        if (byName.size() < MAX_ZONES) {
            byName.put(lower, zone);
        }
        return zone;
    }

    // The same name has the same id in every process.
    private static String id(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /**
     * One zone.
     *
     * @param id 32 hexadecimal digits
     * @param name its domain
     */
    record Zone(String id, String name) {
        boolean holds(String host) {
            return host.equals(name) || host.endsWith("." + name);
        }
    }
}
