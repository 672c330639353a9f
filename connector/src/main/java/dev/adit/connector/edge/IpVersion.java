package dev.adit.connector.edge;

/** Which family of addresses edges are dialed at. */
public enum IpVersion {
    /** In each region that of its first address; the other one for a while when that fails. */
    AUTO("auto"),
    V4("4"),
    V6("6");

    private final String text;

    IpVersion(String text) {
        this.text = text;
    }

    /**
     * Reads the value of {@code --edge-ip-version}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static IpVersion parse(String text) {
        for (IpVersion version : values()) {
            if (version.text.equals(text)) {
                return version;
            }
        }
        throw new IllegalArgumentException("--edge-ip-version must be auto, 4 or 6, was \"" + text + "\"");
    }

    /** What {@link #parse} reads. */
    @Override
    public String toString() {
        return text;
    }
}
