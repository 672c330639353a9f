package dev.adit.edgesim;

/**
 * The simulator's TCP ports; 0 asks for any free one.
 *
 * @param tunnel where connectors dial; of a running simulator the port of the first address
 * @param https where eyeballs find HTTP/2 and HTTP/1.1 over TLS
 * @param http where eyeballs find plain HTTP/1.1; {@link #OFF} if nowhere
 */
public record Ports(int tunnel, int https, int http) {
    /** No listener at all. */
    public static final int OFF = -1;

    public Ports {
        check("tunnel port", tunnel);
        check("https port", https);
        if (http != OFF) {
            check("http port", http);
        }
    }

    /** Any free ports. */
    public static Ports any() {
        return new Ports(0, 0, 0);
    }

    /** The same, but any free port for {@code listener}: {@code tunnel}, {@code https} or {@code http}. */
    public Ports withAny(String listener) {
        return switch (listener) {
            case "tunnel" -> new Ports(0, https, http);
            case "https" -> new Ports(tunnel, 0, http);
            default -> new Ports(tunnel, https, 0);
        };
    }

    static void check(String name, int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(name + " must be from 0 to 65535, was " + port);
        }
    }
}
