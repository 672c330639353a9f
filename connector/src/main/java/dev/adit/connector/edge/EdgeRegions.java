package dev.adit.connector.edge;

import java.util.ArrayList;
import java.util.List;

/**
 * The addresses of an edge in its two regions; connections are spread over both.
 *
 * @param first the first region's, best first
 * @param second the other's; may be empty, but not both
 */
public record EdgeRegions(List<EdgeAddress> first, List<EdgeAddress> second) {
    public EdgeRegions {
        first = List.copyOf(first);
        second = List.copyOf(second);
        if (first.isEmpty() && second.isEmpty()) {
            throw new IllegalArgumentException("there are no free edge addresses left to resolve to");
        }
    }

    /** Deals a list out: its first, third and so on make the first region, as cloudflared does. */
    public static EdgeRegions dealt(List<EdgeAddress> addresses) {
        List<EdgeAddress> first = new ArrayList<>();
        List<EdgeAddress> second = new ArrayList<>();
        for (int i = 0; i < addresses.size(); i++) {
            (i % 2 == 0 ? first : second).add(addresses.get(i));
        }
        return new EdgeRegions(first, second);
    }

    /** All addresses. */
    public List<EdgeAddress> all() {
        List<EdgeAddress> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
