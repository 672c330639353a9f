package dev.adit.edgesim.h2;

/**
 * What we announce to the peer.
 *
 * @param streamWindowBytes initial window of each stream, for the response bodies
 * @param connectionWindowBytes window of the connection, refilled at once as it is used
 * @param headerListBytes largest response head, in the sense of RFC 9113 §6.5.2
 */
public record Http2ClientLimits(int streamWindowBytes, int connectionWindowBytes, int headerListBytes) {
    public Http2ClientLimits {
        if (streamWindowBytes < 1 || connectionWindowBytes < 65_535 || headerListBytes < 1) {
            throw new IllegalArgumentException("window or header list size out of range");
        }
    }

    /** 1 MiB a stream, 16 MiB shown for the connection, 4 MiB of headers (packed heads are one single field). */
    public static Http2ClientLimits defaults() {
        return new Http2ClientLimits(1 << 20, 16 << 20, 4 << 20);
    }
}
