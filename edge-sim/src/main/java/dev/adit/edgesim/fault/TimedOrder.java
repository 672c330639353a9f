package dev.adit.edgesim.fault;

import java.time.Duration;
import java.util.Locale;

/**
 * An order and when it is due.
 *
 * @param at since the start of the plan
 * @param order what
 */
public record TimedOrder(Duration at, FaultOrder order) {
    /** One line for people. */
    public String line() {
        Duration duration = order.duration();
        return String.format(Locale.ROOT, "%.3fs", at.toMillis() / 1_000.0)
                + " " + order.fault()
                + " scope=" + order.scope().text()
                + (duration == null ? "" : " for=" + duration.toMillis() + "ms");
    }
}
