package dev.adit.connector.edge;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Asks for SRV records in one way. */
interface ServiceLookup {
    /** The records called {@code name}, at least one; a failure says why there are none. */
    CompletionStage<List<SrvRecord>> services(String name);
}
