package dev.adit.proxy.route;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where a route sends its requests. */
public sealed interface Target {
    /** An origin that HTTP is spoken to. */
    sealed interface HttpService extends Target {}

    /**
     * An HTTP origin at a name or address; HTTP/1.1 unless {@link OriginOptions#http2Origin()} says otherwise.
     *
     * @param tls whether to speak TLS
     * @param host name or literal address, without brackets
     * @param port 1 to 65535
     */
    record HttpOrigin(boolean tls, String host, int port) implements HttpService {}

    /**
     * An origin that takes HTTP/2 without TLS and without an upgrade.
     *
     * @param host name or literal address, without brackets
     * @param port 1 to 65535
     */
    record ClearHttp2Origin(String host, int port) implements HttpService {}

    /**
     * An HTTP origin at a Unix domain socket.
     *
     * @param tls whether to speak TLS
     * @param path of the socket
     */
    record UnixOrigin(boolean tls, Path path) implements HttpService {}

    /** Something that takes bytes, which an eyeball sends in WebSocket messages. */
    sealed interface StreamService extends Target {}

    /**
     * One TCP service.
     *
     * @param host name or literal address, without brackets
     * @param port 1 to 65535
     * @param socks whether the eyeball speaks SOCKS5 first; the destination it names there has no meaning
     */
    record TcpService(String host, int port, boolean socks) implements StreamService {}

    /**
     * The TCP service that the request names.
     *
     * @param allowed which destinations; null for all
     */
    record Bastion(@Nullable IpRules allowed) implements StreamService {}

    /**
     * The TCP service that the eyeball names with SOCKS5.
     *
     * @param allowed which destinations
     */
    record SocksProxy(IpRules allowed) implements StreamService {}

    /**
     * A fixed answer without a body.
     *
     * @param status 100 to 999
     */
    record FixedStatus(int status) implements Target {
        public FixedStatus {
            if (status < 100 || status > 999) {
                throw new IllegalArgumentException("http_status must be 100 to 999, was " + status);
            }
        }
    }

    /** The built-in service that shows that a tunnel works. */
    record Hello() implements Target {}
}
