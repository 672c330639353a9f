package dev.adit.edgesim.rehearse;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What to rehearse, and with whom.
 *
 * @param command how to start the connector
 * @param setting how it is done
 * @param profiles names of the profiles; none for all of them
 * @param steady how long the service is watched before each fault
 * @param logFile where the connector's output goes
 */
record RehearsalPlan(
        CommandTemplate command, Report.Setting setting, List<String> profiles, Duration steady, Path logFile) {
    RehearsalPlan {
        profiles = List.copyOf(profiles);
    }
}
