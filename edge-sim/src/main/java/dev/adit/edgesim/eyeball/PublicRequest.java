package dev.adit.edgesim.eyeball;

import java.time.Duration;

/**
 * One public request that is over, for the request log.
 *
 * @param method request method
 * @param host host name without port, in lower case; empty when the request had none
 * @param path path and query; the target as received if that was refused
 * @param status status that the eyeball got; 499 when it left before
 * @param took from the request head to the last response byte
 * @param bytes response body bytes
 * @param way tunnel name and conn index, or {@code -} when no tunnel was involved
 * @param requestHeaders what the connector got, pseudo headers included; none when no tunnel was involved
 * @param responseHeaders what the origin sent, as the connector told it; none when the connector or the edge answered
 */
public record PublicRequest(
        String method,
        String host,
        String path,
        int status,
        Duration took,
        long bytes,
        String way,
        HeaderFields requestHeaders,
        HeaderFields responseHeaders) {
    /** The status in the log when the eyeball left before the response was complete; nginx's number for it. */
    static final int EYEBALL_LEFT = 499;

    /** One line for people. */
    public String line() {
        return "%s %s%s %d %d ms %d bytes via %s".formatted(method, host, path, status, took.toMillis(), bytes, way);
    }
}
