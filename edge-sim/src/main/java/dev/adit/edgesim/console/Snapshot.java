package dev.adit.edgesim.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Supplier;

/**
 * Something that watchers are told anew whenever it is different.
 *
 * @param event the name of its event
 * @param json what it is now; called on the event loop
 */
record Snapshot(String event, Supplier<JsonNode> json) {
    /** Its event, without an id: a later one makes up for it. */
    String text() {
        return "event: " + event + "\ndata: " + json.get() + "\n\n";
    }
}
