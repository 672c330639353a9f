package dev.adit.edgesim.fault;

/** What is wrong with the bytes of a {@link Fault.CorruptFrame}. */
public enum Corruption {
    /** A PING of 7 bytes: a connection error FRAME_SIZE_ERROR (RFC 9113 §6.7). */
    LENGTH,
    /** DATA on stream 0: a connection error PROTOCOL_ERROR (RFC 9113 §6.1). */
    STREAM,
    /** A bit of a TLS record is flipped: a fatal alert bad_record_mac (RFC 8446 §5.2). */
    TLS
}
