package dev.adit.proxy.upstream;

import java.nio.file.Path;

/** Where to connect. */
public sealed interface Endpoint {
    /**
     * A TCP port.
     *
     * @param host name or literal address, without brackets
     * @param port 1 to 65535
     */
    record Tcp(String host, int port) implements Endpoint {}

    /**
     * A Unix domain socket.
     *
     * @param path of the socket
     */
    record Unix(Path path) implements Endpoint {}
}
