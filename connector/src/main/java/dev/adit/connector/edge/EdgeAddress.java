package dev.adit.connector.edge;

/**
 * Where an edge listens for connectors.
 *
 * @param host name or literal address, without brackets
 * @param port 1 to 65535
 */
public record EdgeAddress(String host, int port) {
    /**
     * Reads {@code HOST:PORT} or {@code [IPv6]:PORT}.
     *
     * @throws IllegalArgumentException if it is something else; the message shows the text
     */
    public static EdgeAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw invalid(text, "an IPv6 address goes into brackets");
        }
        if (host.isEmpty()) {
            throw invalid(text, "expected HOST:PORT");
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port >= 1 && port <= 65_535) {
                return new EdgeAddress(host, port);
            }
        } catch (NumberFormatException e) {
            // Falls through to the same answer as a number out of range.
        }
        throw invalid(text, "the port must be 1 to 65535");
    }

    /** Whether it is a literal IPv6 address; names are taken for IPv4. */
    boolean isIpv6() {
        return host.indexOf(':') >= 0;
    }

    private static IllegalArgumentException invalid(String text, String why) {
        return new IllegalArgumentException("\"" + text + "\" is not an edge address: " + why);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
