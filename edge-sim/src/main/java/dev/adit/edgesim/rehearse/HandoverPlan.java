package dev.adit.edgesim.rehearse;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What to do to a connector that serves a steady load.
 *
 * @param restarts how often a new process takes over
 * @param reloads how often its configuration changes
 * @param traffic what it serves meanwhile
 * @param connector how it is started
 */
record HandoverPlan(int restarts, int reloads, Traffic traffic, Connector connector) {
    /**
     * The load.
     *
     * @param rate short requests a second
     * @param streams what is open all the time
     */
    record Traffic(int rate, Load.Streams streams) {}

    /**
     * The connector.
     *
     * @param line its command line up to {@code tunnel run}
     * @param connections how many it keeps
     * @param grace how long an old process serves what does not end
     * @param logs directory for what its processes print
     */
    record Connector(List<String> line, int connections, Duration grace, Path logs) {
        Connector {
            line = List.copyOf(line);
        }
    }
}
