package dev.adit.edgesim.h2;

/** Whose body of a stream. */
public enum StreamSide {
    /** Ours. */
    REQUEST,
    /** The peer's. */
    RESPONSE
}
