package dev.adit.e2e.programs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports that were free a moment ago. */
final class FreePort {
    private FreePort() {}

    /** A port of loopback that nobody listens on. */
    static int next() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** A service that refuses connections. */
    static String service() throws IOException {
        return "http://127.0.0.1:" + next();
    }
}
