package dev.adit.edgesim.tls;

/** When a connector's handshake gets a post-quantum group, that is X25519MLKEM768. */
public enum PostQuantum {
    /** Whenever the connector offers it, as at the real edge. */
    IF_OFFERED,
    /** Never: the connector must offer another group too. Costs less, since the JDK's own TLS does all. */
    NEVER
}
