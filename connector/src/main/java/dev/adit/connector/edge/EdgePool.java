package dev.adit.connector.edge;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which address each connection index uses: it keeps the one it has until it leaves it, and then prefers the other region.
 * Addresses are shared only when there are fewer than connections. Confined to one thread.
 */
final class EdgePool {
    /** How long a region whose IPv6 failed is dialed by IPv4: 10 min, cloudflared's. */
    private static final Duration OTHER_FAMILY = Duration.ofMinutes(10);

    private final LongSupplier clock;
    private final RandomGenerator random;
    private final List<Region> regions = new ArrayList<>();
    private final Map<Integer, Place> places = new HashMap<>();
    private final Map<Integer, Region> left = new HashMap<>();
    private int leaves;

    /** Takes the addresses that {@code version} allows, of which there must be one. */
    EdgePool(EdgeRegions addresses, IpVersion version, LongSupplier clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
        for (List<EdgeAddress> list : List.of(addresses.first(), addresses.second())) {
            Region region = new Region(list, version);
            if (!region.primary.isEmpty()) {
                regions.add(region);
            }
        }
        if (regions.isEmpty()) {
            throw new IllegalArgumentException("the edge has no IPv" + version + " address");
        }
    }

    /** The number of addresses that may be dialed now. */
    int size() {
        return regions.stream().mapToInt(region -> region.active().size()).sum();
    }

    /** Whether there is an address that no connection has, and that was not the last to be left. */
    boolean hasFree() {
        return regions.stream()
                .flatMap(region -> region.active().stream())
                .anyMatch(place -> place.users == 0 && place.lastLeft != leaves);
    }

    /** The address of connection {@code connIndex}. */
    EdgeAddress address(int connIndex) {
        Place kept = places.get(connIndex);
        if (kept != null) {
            return kept.address;
        }
        Place place = choose(left.get(connIndex));
        place.users++;
        places.put(connIndex, place);
        return place.address;
    }

    /** Connection {@code connIndex} leaves its address, which perhaps could not be reached; its next one is another one, if there is one. */
    void leave(int connIndex, boolean unreachable) {
        Place place = places.remove(connIndex);
        if (place == null) {
            return;
        }
        place.users--;
        place.lastLeft = ++leaves;
        left.put(connIndex, place.region);
        if (unreachable) {
            place.region.failed(place);
        }
    }

    private Place choose(@Nullable Region leaving) {
        List<Place> candidates = new ArrayList<>();
        regions.forEach(region -> candidates.addAll(region.active()));
        int draw = random.nextInt(2);
        // Free ones first; then not the region that was left; then the region with more free ones; then what failed
        // longest ago.
        return candidates.stream()
                .min(Comparator.comparingInt((Place place) -> place.users)
                        .thenComparing(place -> place.region == leaving)
                        .thenComparingInt(place -> leaving == null ? -place.region.free() : 0)
                        .thenComparingInt(place -> leaving == null ? regions.indexOf(place.region) ^ draw : 0)
                        .thenComparingInt(place -> place.lastLeft))
                .orElseThrow();
    }

    /** One address. */
    private static final class Place {
        private final EdgeAddress address;
        private final Region region;
        private int users;
        private int lastLeft;

        Place(EdgeAddress address, Region region) {
            this.address = address;
            this.region = region;
        }
    }

    /** The addresses of one region, of one family or of two. */
    private final class Region {
        private final List<Place> primary = new ArrayList<>();
        private final List<Place> secondary = new ArrayList<>();
        private boolean switched;
        private long switchedAt;

        Region(List<EdgeAddress> addresses, IpVersion version) {
            for (EdgeAddress address : addresses) {
                boolean likeFirst = address.isIpv6() == addresses.get(0).isIpv6();
                if (version == IpVersion.AUTO) {
                    (likeFirst ? primary : secondary).add(new Place(address, this));
                } else if (address.isIpv6() == (version == IpVersion.V6)) {
                    primary.add(new Place(address, this));
                }
            }
        }

        List<Place> active() {
            if (switched && clock.getAsLong() - switchedAt >= OTHER_FAMILY.toNanos()) {
                switched = false;
            }
            return switched ? secondary : primary;
        }

        int free() {
            return (int) active().stream().filter(place -> place.users == 0).count();
        }

        void failed(Place place) {
            if (switched) {
                switched = primary.contains(place);
            } else if (place.address.isIpv6() && !secondary.isEmpty()) {
                switched = true;
                switchedAt = clock.getAsLong();
            }
        }
    }
}
