package dev.adit.edgesim.fault;

import dev.adit.edgesim.link.Direction;

/** Which way of a connection a fault is about. */
public enum Flow {
    /** From the connector to the edge. */
    IN,
    /** From the edge to the connector. */
    OUT,
    /** Both ways. */
    BOTH;

    boolean covers(Direction direction) {
        return this == BOTH || (this == IN) == (direction == Direction.IN);
    }
}
