package dev.adit.edgesim.tunnel;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** The faults that wait for a registration, first in, first out. For any thread. */
public final class RegistrationFaults {
    private final Queue<RegistrationFault> queue = new ConcurrentLinkedQueue<>();

    /** Adds a fault for the registration after those that have one already. */
    public void add(RegistrationFault fault) {
        queue.add(fault);
    }

    @Nullable
    RegistrationFault next() {
        return queue.poll();
    }
}
