package dev.adit.connector.admin;

import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Where an {@link AdminServer} listens. */
public sealed interface AdminAddress {
    /** How a Unix domain socket begins. */
    String UNIX = "unix:";

    /** The first free one of the ports 20241 to 20245 of loopback, else any; cloudflared's choice without {@code --metrics}. */
    record Usual() implements AdminAddress {
        @Override
        public String toString() {
            return "localhost:0";
        }
    }

    /**
     * A TCP port.
     *
     * @param host name or literal address, without brackets; empty for all addresses of this machine
     * @param port 0 to 65535, 0 for any
     */
    record Tcp(String host, int port) implements AdminAddress {
        /** Where a socket is bound. */
        static Tcp of(InetSocketAddress bound) {
            return new Tcp(bound.getHostString(), bound.getPort());
        }

        @Override
        public String toString() {
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /**
     * A Unix domain socket, which only the user of this process may open.
     *
     * @param path of the socket
     */
    record Unix(Path path) implements AdminAddress {
        @Override
        public String toString() {
            return UNIX + path;
        }
    }

    /**
     * Reads {@code HOST:PORT}, {@code :PORT} or {@code unix:PATH}.
     *
     * @throws IllegalArgumentException if it is something else; the message shows the text
     */
    static AdminAddress parse(String text) {
        if (text.equals(new Usual().toString())) {
            return new Usual();
        }
        if (text.startsWith(UNIX)) {
            return new Unix(path(text));
        }
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw invalid(text, "an IPv6 address goes into brackets");
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (colon >= 0 && port >= 0 && port <= 65_535) {
                return new Tcp(host, port);
            }
        } catch (NumberFormatException e) {
            // Falls through to the same answer as a number out of range.
        }
        throw invalid(text, "expected HOST:PORT or unix:PATH");
    }

    private static Path path(String text) {
        if (text.length() == UNIX.length()) {
            throw invalid(text, "the path is missing");
        }
        try {
            return Path.of(text.substring(UNIX.length()));
        } catch (InvalidPathException e) {
            throw invalid(text, "the path can't be used");
        }
    }

    private static IllegalArgumentException invalid(String text, String why) {
        return new IllegalArgumentException("\"" + text + "\" is no address to listen on: " + why);
    }
}
