package dev.adit.proxy.upstream;

/** How the end of a request body is marked on an HTTP/1.1 connection. */
public enum BodyFraming {
    /** There is no body and no field that speaks of one. */
    NONE,
    /** {@code Content-Length}; exactly so many bytes follow. */
    LENGTH,
    /** {@code Transfer-Encoding: chunked}. */
    CHUNKED,
    /** The connection carries bytes and no messages: after an upgrade, or a plain TCP stream. */
    RAW
}
