package dev.adit.edgesim.fault;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets the orders of a plan take effect when they are due. Confined to the event loop. */
public final class ProfilePlayer {
    private static final Logger log = LoggerFactory.getLogger(ProfilePlayer.class);

    private final FaultDesk desk;
    private final EventExecutor loop;
    private @Nullable FaultPlan plan;
    private long startNanos;
    private @Nullable Future<?> timer;

    /** Plays for {@code desk} by the clock of {@code loop}. */
    public ProfilePlayer(FaultDesk desk, EventExecutor loop) {
        this.desk = desk;
        this.loop = loop;
    }

    /** Plays {@code next} from its beginning, instead of what is played now. */
    public void play(FaultPlan next) {
        stop();
        plan = next;
        startNanos = loop.ticker().nanoTime();
        arm(next);
    }

    /** Orders nothing more; what was ordered goes on until its time is up. */
    public void stop() {
        plan = null;
        Future<?> armed = timer;
        if (armed != null) {
            armed.cancel(false);
            timer = null;
        }
    }

    private void arm(FaultPlan from) {
        TimedOrder next = from.next();
        if (next == null) {
            return;
        }
        long dueNanos = startNanos + next.at().toNanos();
        timer = loop.schedule(() -> run(from, next), dueNanos - loop.ticker().nanoTime(), TimeUnit.NANOSECONDS);
    }

    private void run(FaultPlan from, TimedOrder order) {
        try {
            desk.inject(order.order());
        } catch (IllegalArgumentException e) {
            log.warn("skipped {}: {}", order.line(), e.getMessage());
        }
        // A listener of the desk may have stopped the play.
        if (plan == from) {
            arm(from);
        }
    }
}
