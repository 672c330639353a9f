package dev.adit.proxy.upstream;

/** What is spoken on a connection to an origin. */
public enum Protocol {
    /** HTTP/1.1, or raw bytes. */
    HTTP1,
    /** HTTP/2 if the origin chooses it in the TLS handshake, else HTTP/1.1. */
    NEGOTIATED,
    /** HTTP/2 from the first byte. */
    HTTP2
}
