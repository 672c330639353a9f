package dev.adit.edgesim.tunnel;

/**
 * A configuration that the edge keeps for a tunnel.
 *
 * @param version rises by one with each change
 * @param config the rules as JSON: the value of {@code config} in a push
 */
public record Configuration(int version, String config) {
    /** The body of a push. */
    public String message() {
        return "{\"version\":" + version + ",\"config\":" + config + "}";
    }
}
