package dev.adit.edgesim.rehearse;

import dev.adit.edgesim.fault.Profile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * What to rehearse, and with whom.
 *
 * @param command how to start the connector
 * @param setting how it is done
 * @param profiles what is rehearsed
 * @param steady how long the service is watched before each fault
 * @param logFile where the connector's output goes
 */
record RehearsalPlan(
        CommandTemplate command, Report.Setting setting, Set<Profile> profiles, Duration steady, Path logFile) {
    RehearsalPlan {
        profiles = Set.copyOf(profiles);
    }

    /** The same with the connector's output elsewhere. */
    RehearsalPlan withLog(Path other) {
        return new RehearsalPlan(command, setting, profiles, steady, other);
    }
}
