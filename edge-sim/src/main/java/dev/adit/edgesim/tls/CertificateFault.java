package dev.adit.edgesim.tls;

/** What is wrong, on purpose, with the certificate that connectors are shown. */
public enum CertificateFault {
    /** It becomes valid tomorrow: to the connector its own clock is behind. */
    NOT_YET_VALID,
    /** It was valid until yesterday. */
    EXPIRED,
    /** Another authority signed it, one of the same name. */
    OTHER_AUTHORITY,
    /** It is for another server name. */
    OTHER_NAME
}
