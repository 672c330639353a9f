package dev.adit.edgesim.link;

/** A direction of a link, seen from the edge. */
public enum Direction {
    /** From the connector to the edge. */
    IN,
    /** From the edge to the connector. */
    OUT
}
