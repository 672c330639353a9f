package dev.adit.proxy.h2;

import io.netty.handler.codec.http2.Http2Settings;

/**
 * What one HTTP/2 connection may use.
 *
 * @param maxConcurrentStreams open requests, advertised
 * @param streamWindowBytes request body bytes that one stream may have on the way or held, advertised; grows with the
 *     bandwidth-delay product, up to half of the connection's
 * @param connectionWindowBytes the same for the whole connection; refilled on arrival, so it only bounds what is on the way
 * @param maxHeaderListBytes request fields, advertised; more gets 431
 * @param maxResets RST_STREAM frames, received or provoked, in 30 s before the connection is closed; 0 for no limit
 * @param overloadHeldBytes held request bytes of all streams above which new requests with a body get 503
 * @param maxHeldBytes held request bytes of all streams above which the stream that holds most is reset
 */
public record Http2Limits(
        long maxConcurrentStreams,
        int streamWindowBytes,
        int connectionWindowBytes,
        int maxHeaderListBytes,
        int maxResets,
        long overloadHeldBytes,
        long maxHeldBytes) {
    private static final int MIB = 1 << 20;

    /**
     * For the connection to an edge: streams and header list as cloudflared advertises them; no reset limit, since every
     * reset there is some eyeball that canceled a page.
     */
    public static final Http2Limits TUNNEL =
            new Http2Limits(4_294_967_295L, MIB, 16 * MIB, 1_048_896, 0, 64L * MIB, 96L * MIB);

    Http2Settings settings() {
        return new Http2Settings()
                .maxConcurrentStreams(maxConcurrentStreams)
                .initialWindowSize(streamWindowBytes)
                .maxHeaderListSize(maxHeaderListBytes);
    }
}
