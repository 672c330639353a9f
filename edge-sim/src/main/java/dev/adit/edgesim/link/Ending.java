package dev.adit.edgesim.link;

/** How a TCP connection is cut. */
public enum Ending {
    /** With a FIN, as when the process at the far end was killed. */
    FIN,
    /** With a RST, as when the far end forgot the connection. */
    RST
}
