package dev.adit.edgesim.tunnel;

/**
 * Where a listener for connectors stands.
 *
 * @param region name of its region
 * @param location code in the answer to a registration; at the real edge that of an airport
 * @param rule which connection of a connector is one too many
 */
public record EdgeSite(String region, String location, DuplicateRule rule) {

    /** Which registration of a connector is refused with EDUPCONN. */
    public enum DuplicateRule {
        /** One for a connection index that is registered at the same edge address already. */
        PER_INDEX,
        /** Any second one at the same edge address, as the real edge's words for it suggest. */
        PER_ADDRESS
    }
}
