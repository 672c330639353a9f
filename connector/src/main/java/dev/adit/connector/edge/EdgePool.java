package dev.adit.connector.edge;

import java.util.List;

/** Which address each connection index uses: neighbors in the list for a start, the next one after each trouble. */
public final class EdgePool {
    private final List<EdgeAddress> addresses;

    /** There must be at least one address. */
    public EdgePool(List<EdgeAddress> addresses) {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("there are no free edge addresses left to resolve to");
        }
        this.addresses = List.copyOf(addresses);
    }

    /** The address of connection {@code connIndex} after it had to leave {@code rotations} addresses. */
    public EdgeAddress address(int connIndex, int rotations) {
        return addresses.get(Math.floorMod(connIndex + rotations, addresses.size()));
    }
}
