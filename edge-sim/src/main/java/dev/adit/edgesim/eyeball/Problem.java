package dev.adit.edgesim.eyeball;

/**
 * Why the simulator itself answers a request.
 *
 * @param status status of the answer
 * @param title a few words
 * @param detail one sentence that says what to do about it
 * @param code the real edge's number for it; 0 when it has none
 * @param retryAfterSeconds when to come again; 0 when there is no telling
 */
record Problem(int status, String title, String detail, int code, int retryAfterSeconds) {
    static final Problem BAD_REQUEST = new Problem(400, "Bad request", "The request is not valid HTTP.");
    static final Problem BAD_HOST =
            new Problem(400, "Bad request", "The request needs exactly one Host field with a valid host name.");
    static final Problem BAD_TARGET =
            new Problem(400, "Bad request", "The request target must begin with a slash, or be * for OPTIONS.");
    static final Problem BAD_FRAMING = new Problem(
            400, "Bad request", "The end of the request is ambiguous: chunked is the only transfer coding, and alone.");
    static final Problem METHOD = new Problem(405, "Method not allowed", "CONNECT is not offered here.");
    static final Problem TOO_SLOW =
            new Problem(408, "Request timeout", "The rest of the request did not come in time.");
    static final Problem LINE_TOO_LONG =
            new Problem(414, "Request line too long", "The request line is longer than 32 KiB.");
    static final Problem EXPECTATION =
            new Problem(417, "Expectation failed", "The only expectation that can be met is 100-continue.");
    static final Problem HEADERS_TOO_LARGE =
            new Problem(431, "Request headers too large", "The request headers are larger than 64 KiB.");
    static final Problem NO_ANSWER =
            new Problem(502, "Bad gateway", "The tunnel broke off before the connector answered.");
    static final Problem NOT_A_CONNECTOR_ANSWER = new Problem(
            502, "Bad gateway", "The answer does not say who made it: the connector failed to speak its protocol.");
    static final Problem NO_WEBSOCKET =
            new Problem(502, "Bad gateway", "The origin answered, but did not accept the WebSocket.");
    static final Problem UNREADABLE_ANSWER =
            new Problem(502, "Bad gateway", "The response headers in the connector's answer can't be read.");
    static final Problem VERSION =
            new Problem(505, "HTTP version not supported", "Of the versions below 2 only 1.0 and 1.1 are spoken here.");
    // A restarted connector is back in about that time.
    private static final int SOON_SECONDS = 5;

    Problem(int status, String title, String detail) {
        this(status, title, detail, 0, 0);
    }

    static Problem unknownHost(String host) {
        return new Problem(404, "No such host", "No tunnel serves the host name " + host + ".");
    }

    static Problem bodyTooLarge(long limitBytes) {
        return new Problem(
                413, "Request too large", "The body of a request may have at most " + limitBytes + " bytes here.");
    }

    /** 524 is what the real edge uses for an origin that takes its time. */
    static Problem noAnswerWithin(long limitMillis) {
        return new Problem(
                524, "A timeout occurred", "The origin did not begin to answer within " + limitMillis + " ms.");
    }

    /** 530 with code 1033 is what the real edge uses for a tunnel that has no connection. */
    static Problem noConnection(String tunnel) {
        return new Problem(
                530,
                "Tunnel down",
                "The tunnel " + tunnel + " has no connection: no connector of it is registered.",
                1033,
                SOON_SECONDS);
    }

    /** The connector answered in its own name. */
    static Problem connectorFailed(int status) {
        return switch (status) {
            case 503 ->
                new Problem(503, "Service unavailable", "The connector can't serve this request now.", 0, SOON_SECONDS);
            case 504 -> new Problem(504, "Gateway timeout", "The origin did not answer the connector in time.");
            default -> new Problem(502, "Bad gateway", "The connector can't reach the origin.");
        };
    }
}
