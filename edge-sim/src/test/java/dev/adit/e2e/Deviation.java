package dev.adit.e2e;

/** Where this connector differs from cloudflared on purpose. ARCHITECTURE.md shows this list. */
enum Deviation {
    NO_ADDED_GZIP(
            "adds `Accept-Encoding: gzip` to requests without that field, and unpacks the answer",
            "passes on what the eyeball asked for, and the answer as it is",
            "a proxy that recodes bodies loses length, ranges and `Content-Encoding`"),
    NO_GUESSED_FIELDS(
            "sends a guessed native `content-type` and its own clock as native `date`",
            "sends neither, except on configuration answers and the control stream",
            "the edge has to ignore them: the origin's are in the packed field"),
    HEAD_AT_ONCE(
            "holds up to 4096 bytes of a response with a length, its head included",
            "sends the head when the origin sent it, and each piece of the body after it",
            "slow bodies become visible at once; an origin that breaks off then shows as head and"
                    + " RST_STREAM INTERNAL_ERROR instead of RST_STREAM alone"),
    EMPTY_BODY_HAS_LENGTH(
            "sends a POST, PUT or PATCH without a body as an empty chunked one, even with `content-length: 0`",
            "sends `Content-Length: 0` if the end is known when the head goes out",
            "every origin understands it, RFC 9110 §8.6 asks for it"),
    NO_100_WITHOUT_BODY(
            "answers `expect: 100-continue` with 100 even when the request has ended",
            "answers 100 only while a body is awaited",
            "RFC 9110 §10.1.1"),
    ALL_TRAILERS(
            "drops request trailers that no `trailer` field announced",
            "passes on all but those that could change framing, routing or authentication",
            "gRPC clients don't announce them"),
    TRAILER_FIELD_KEPT(
            "drops the `trailer` field of a request without a chunked body",
            "passes it on",
            "it is an end-to-end field and promises nothing"),
    END_ON_HEAD_204("ends a 204 with an empty DATA frame", "ends it on HEADERS", "one frame less, same meaning"),
    FIELD_ORDER(
            "writes request fields sorted by name, and response fields in random order",
            "keeps the order in which they came, and the origin's spelling of names in packed fields",
            "nothing depends on it, and it costs nothing"),
    SHORT_BODY_RESET(
            "answers 502 to a request body shorter than its `content-length`",
            "resets the stream with PROTOCOL_ERROR, as both do when it is longer",
            "RFC 9113 §8.1.1: the request is malformed"),
    HOP_BY_HOP_RESET(
            "answers 400 with a text and without tunnel fields to hop-by-hop fields in a request",
            "resets the stream with PROTOCOL_ERROR",
            "RFC 9113 §8.2.2: the request is malformed, and an edge must not send it"),
    RETRIED_ONCE(
            "gives a request up when its reused origin connection is reset before a response",
            "sends requests that may be repeated once more, on a new connection",
            "the origin most likely closed an idle connection"),
    CONFIG_ERROR_TEXT(
            "answers a refused configuration with `err` as the exported fields of a Go error, mostly `{}`",
            "answers `err` as `{\"message\": \"…\"}` with every problem and its key path",
            "an edge may only test it for null, and a person can read it"),
    TIMEOUT_AND_OVERLOAD(
            "answers 502 to every failure of its own",
            "answers 504 when the origin was too slow, 503 when it holds as much as it may, 411 when a rule needs a"
                    + " length, 400 when a request can't be expressed",
            "the status says whose fault it was; the meta field is the same"),
    TCP_NEEDS_WEBSOCKET(
            "dials the destination of a `tcp://` service for any request",
            "answers 426 to a request that is no WebSocket",
            "a browser gets an answer instead of silence"),
    WHOLE_MESSAGES(
            "loses what is beyond 16 KiB of a WebSocket message to a `tcp://` service, and ends both directions at once",
            "carries messages of any size, and lets the other direction finish",
            "no byte is lost"),
    CONNECT_RETRY(
            "answers 502 at once when an origin refuses connections",
            "tries for `connectRetry` (5 s), then answers 503 with `Retry-After` as if the origin had",
            "a service that is just starting loses no request"),
    ACCESS_ENFORCED(
            "answers 502 to an expired access token, and checks only the `access` of the rule itself",
            "answers 403, or 503 when the keys can't be had, and inherits `access`",
            "what is configured must hold"),
    CLOSES_AFTER_REFUSAL(
            "leaves TCP open after a refused registration until the edge closes it, and for ever if it does not",
            "closes it, waits at least `retryAfter`, and tries again whenever `shouldRetry` is set",
            "a connector must not hang on an edge that forgot it"),
    CLOSES_AFTER_CONTROL_RESET(
            "keeps serving, unregistered, after the edge reset the control stream",
            "closes the connection and dials again",
            "an index without registration gets no requests"),
    GOAWAY_REPLACED(
            "stays on a connection after the edge's GOAWAY and serves no new stream",
            "dials a replacement at once and closes the old connection when its streams are done",
            "no gap in service"),
    CLOSES_WHEN_QUIET(
            "waits the whole grace period after SIGTERM for an edge that does not close",
            "closes a second after the last stream has ended",
            "a restart takes no longer than its requests");

    private final String cloudflared;
    private final String ours;
    private final String why;

    Deviation(String cloudflared, String ours, String why) {
        this.cloudflared = cloudflared;
        this.ours = ours;
        this.why = why;
    }

    /** All of them as a table in Markdown. */
    static String table() {
        StringBuilder table = new StringBuilder("| cloudflared | this connector | because |\n| --- | --- | --- |\n");
        for (Deviation each : values()) {
            table.append("| ")
                    .append(String.join(" | ", each.cloudflared, each.ours, each.why))
                    .append(" |\n");
        }
        return table.toString();
    }
}
