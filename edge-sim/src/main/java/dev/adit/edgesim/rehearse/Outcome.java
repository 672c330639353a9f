package dev.adit.edgesim.rehearse;

/** What became of one request of the load. */
enum Outcome {
    /** The right answer. */
    RIGHT,
    /** An answer of the wrong content or status. */
    WRONG,
    /** 530: the edge had no connection to send it over. */
    DOWN,
    /** 502, 503 or 504. */
    FAILED,
    /** The answer broke off, or the connection did before it. */
    BROKEN,
    /** No complete answer within the limit. */
    UNANSWERED,
    /** So many were in flight that this one was not sent. */
    NOT_SENT
}
