package dev.adit.edgesim.eyeball;

import io.netty.handler.codec.http.HttpHeaders;

/** The fields that the edge puts on what it sends to eyeballs. It replaces an origin's {@code Server} as the real one does. */
final class EdgeFields {
    private static final String SERVER = "Server";
    private static final String RAY = "CF-RAY";
    private static final String CACHE = "CF-Cache-Status";

    private EdgeFields() {}

    /** On a page of the edge itself. */
    static void onPage(HttpHeaders headers, String ray) {
        headers.set(SERVER, "cloudflare");
        headers.set(RAY, ray);
    }

    /** On an answer of an origin. */
    static void onAnswer(HttpHeaders headers, String ray) {
        onPage(headers, ray);
        // Not from a cache, and not to be put into one: there is none here.
        headers.set(CACHE, "DYNAMIC");
    }
}
