package dev.adit.connector.edge;

import java.util.concurrent.CompletionStage;

/** Knows or finds out where the edge is. */
public interface EdgeSource {
    /** Looks the addresses up. The result may come on any thread; if it is a failure, its message says what was tried. */
    CompletionStage<EdgeRegions> find();

    /** Whether the addresses were given, so that looking again finds nothing else. */
    default boolean isFixed() {
        return false;
    }
}
