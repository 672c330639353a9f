package dev.adit.connector.control;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What a running process can be told. For any thread, and never blocks. */
public interface Controls {
    /** Reads the configuration again, as SIGHUP does; gives what is wrong with it, null if it is in force. */
    CompletionStage<@Nullable String> reload();

    /** Ends as SIGTERM does: no new requests, and those under way have {@code grace}, or as long as set if that is null. */
    void drain(@Nullable Duration grace);

    /** From which level on the log has lines, such as {@code info}. */
    String logLevel();

    /**
     * Changes that until the process ends.
     *
     * @throws IllegalArgumentException if there is no such level; the message says which there are
     */
    void logLevel(String level);
}
