package dev.adit.edgesim.rehearse;

import dev.adit.edgesim.fault.FaultOrder;
import java.time.Duration;
import java.util.List;

/**
 * One trouble to rehearse.
 *
 * @param name short name
 * @param description what happens, for people
 * @param orders the faults, given one after the other
 * @param lasting how long they last; zero for what happens at once
 * @param needsDetection whether the connector has to find out by itself that a connection is of no use
 */
record Profile(String name, String description, List<FaultOrder> orders, Duration lasting, boolean needsDetection) {
    Profile {
        orders = List.copyOf(orders);
    }
}
