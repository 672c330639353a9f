package dev.adit.proxy.route;

/** Where a route sends its requests. */
public sealed interface Target {
    /**
     * An HTTP/1.1 origin.
     *
     * @param tls whether to speak TLS
     * @param host name or literal address, without brackets
     * @param port 1 to 65535
     */
    record HttpOrigin(boolean tls, String host, int port) implements Target {}

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
