package dev.adit.connector.edge;

/**
 * Why an edge could not be reached.
 *
 * @param kind what went wrong
 * @param detail one line for the log
 */
public record EdgeFailure(Kind kind, String detail) {
    /** What went wrong on the way to an edge. */
    public enum Kind {
        /** No address of an edge is known. */
        NO_ADDRESS,
        /** No address by that name, connection refused or timed out. */
        UNREACHABLE,
        /** The TLS handshake failed. */
        TLS,
        /** The edge's certificate is not trusted; it will not be trusted at the next try either. */
        UNTRUSTED
    }
}
