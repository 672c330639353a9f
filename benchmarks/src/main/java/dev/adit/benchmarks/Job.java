package dev.adit.benchmarks;

import dev.adit.edgesim.h2.StreamRequest;

/**
 * One kind of load.
 *
 * @param name what the report calls it
 * @param request the head that every request has
 * @param inFlight streams that are open at any time
 * @param downBytes length of the response body
 * @param upBytes length of the request body
 */
record Job(String name, StreamRequest request, int inFlight, int downBytes, int upBytes) {

    static Job get(String name, String path, int inFlight, int downBytes) {
        return new Job(name, fields(StreamRequest.bodyless("GET", "bench.example.com", path)), inFlight, downBytes, 0);
    }

    static Job put(String name, String path, int inFlight, int upBytes) {
        StreamRequest request = fields(StreamRequest.open("PUT", "upload.example.com", path))
                .with("content-length", Integer.toString(upBytes));
        return new Job(name, request, inFlight, 0, upBytes);
    }

    /** Body bytes of one exchange, in both directions. */
    long bodyBytes() {
        return (long) downBytes + upBytes;
    }

    /** What a browser and an edge put on a request; the same for every server. */
    private static StreamRequest fields(StreamRequest request) {
        return request.with("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
                .with("accept", "*/*")
                .with("accept-encoding", "gzip, br")
                .with("cf-ray", "8f1e2d3c4b5a6978-SIM")
                .with("cf-connecting-ip", "192.0.2.7")
                .with("cf-visitor", "{\"scheme\":\"https\"}")
                .with("cdn-loop", "cloudflare; loops=1")
                .with("x-forwarded-for", "192.0.2.7")
                .with("x-forwarded-proto", "https");
    }
}
