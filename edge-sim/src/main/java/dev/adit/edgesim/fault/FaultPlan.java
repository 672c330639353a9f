package dev.adit.edgesim.fault;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** The endless list of orders of a profile and a seed: always the same for the same two. Confined to one thread. */
public final class FaultPlan {
    // Enough for a connector to notice, little enough that a rehearsal of a minute sees a dozen.
    private static final long MIN_GAP_MILLIS = 1_500;
    private static final long MAX_GAP_MILLIS = 6_000;

    private final Profile profile;
    private final Dice dice;
    private final Queue<TimedOrder> due = new ArrayDeque<>();
    private Duration at = Duration.ZERO;

    private FaultPlan(Profile profile, long seed) {
        this.profile = profile;
        dice = new Dice(seed);
    }

    /** The plan of {@code profile} for {@code seed}, from its beginning. */
    public static FaultPlan of(Profile profile, long seed) {
        return new FaultPlan(profile, seed);
    }

    /** The next order; null if there will never be one. */
    public @Nullable TimedOrder next() {
        if (due.isEmpty()) {
            at = at.plus(dice.millis(MIN_GAP_MILLIS, MAX_GAP_MILLIS));
            profile.episode(dice).forEach(order -> due.add(new TimedOrder(at, order)));
        }
        return due.poll();
    }

    /** All orders that are due before {@code end}. Takes them and the one after them out of the plan. */
    public List<TimedOrder> until(Duration end) {
        List<TimedOrder> orders = new ArrayList<>();
        for (TimedOrder order = next(); order != null && order.at().compareTo(end) < 0; order = next()) {
            orders.add(order);
        }
        return orders;
    }
}
