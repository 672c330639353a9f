package dev.adit.edgesim.rehearse;

import dev.adit.edgesim.fault.FaultOrder;
import dev.adit.edgesim.fault.Profile;
import java.time.Duration;
import java.util.List;

/**
 * What is rehearsed of one profile.
 *
 * @param profile which one
 * @param description what happens, for people
 * @param orders the faults, given one after the other
 * @param lasting how long they last; zero for what happens at once
 * @param needsDetection whether the connector has to find out by itself that a connection is of no use
 */
record Trial(Profile profile, String description, List<FaultOrder> orders, Duration lasting, boolean needsDetection) {
    Trial {
        orders = List.copyOf(orders);
    }

    /** The profile's name. */
    String name() {
        return profile.text();
    }
}
