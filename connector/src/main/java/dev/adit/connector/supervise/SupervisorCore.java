package dev.adit.connector.supervise;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when to dial which connection. Knows no sockets and no timers: it is told what happens and that time has passed,
 * and says what to do. Confined to one thread.
 *
 * <pre>
 *   each index:  WAITING ── its time has come ──► DIALED ── registered ──► UP
 *                   ▲                               │ ended                │ ended, or the edge goes away
 *                   └───────────────────────────────┴──────────────────────┘
 * </pre>
 *
 * Index 0 starts alone; the others start one a second once it was registered for the first time. Each that fails waits by
 * its own back-off. But as long as nothing is up the one that waits least dials within two seconds, since the path may be
 * back at any time; once it is registered the others follow within a second.
 */
final class SupervisorCore {
    private static final Logger log = LoggerFactory.getLogger(SupervisorCore.class);

    /** Over so long connections that came down together, or follow one that is back, are spread. */
    private static final long SPREAD_MILLIS = 1000;

    /** An edge that keeps a connection for so long does keep connections, even if something cuts them soon after. */
    private static final long KEPT_NANOS = Duration.ofSeconds(1).toNanos();

    /** What the core wants done. */
    interface Actions {
        void dial(Attempt attempt);

        /** The next dial of {@code connIndex} shall go elsewhere. */
        void leaveAddress(int connIndex, boolean unreachable);

        /** All is over. */
        void giveUp(String reason);
    }

    /**
     * One dial.
     *
     * @param number different for each
     * @param connIndex the connection that it is for
     * @param previousAttempts tries of this index since it was last registered
     */
    record Attempt(int number, int connIndex, int previousAttempts) {}

    /** One connection index and what befell it. */
    private static final class Slot {
        private final int connIndex;
        private final Backoff backoff;
        private @Nullable Attempt current;
        private int previousAttempts;
        private int futile;
        private boolean up;
        private long upSince;
        private boolean waiting;
        /** Whether the edge wants it to wait, so that nothing makes it dial sooner. */
        private boolean patient;

        private long dueAt;

        Slot(int connIndex, Backoff backoff) {
            this.connIndex = connIndex;
            this.backoff = backoff;
        }
    }

    private final RetryTimes times;
    private final LongSupplier clock;
    private final RandomGenerator random;
    private final Actions actions;
    private final List<Slot> slots = new ArrayList<>();
    private int dials;
    private final Backoff shared;
    private int failuresOfAll;
    private int answeredFailuresOfAll;
    private boolean everRegistered;
    private long downSince;
    private boolean stopped;

    SupervisorCore(RetryTimes times, LongSupplier clock, RandomGenerator random, Actions actions) {
        this.times = times;
        this.clock = clock;
        this.random = random;
        this.actions = actions;
        shared = new Backoff(random, times.doublings());
    }

    /** Keeps {@code connections} connections from now on. */
    void start(int connections) {
        for (int i = 0; i < connections; i++) {
            slots.add(new Slot(i, new Backoff(random, times.doublings())));
        }
        downSince = clock.getAsLong();
        schedule(slots.get(0), Duration.ZERO);
        wake();
    }

    /** Keeps {@code most} connections, if it were to keep more. To be called before the first is registered. */
    void limitTo(int most) {
        while (slots.size() > most) {
            slots.remove(slots.size() - 1);
        }
    }

    /** Dials nothing from now on. */
    void stop() {
        stopped = true;
    }

    /** Does what is due. To be called when {@link #nextWakeNanos()} says so; at another time it does no harm. */
    void wake() {
        long now = clock.getAsLong();
        for (Slot slot : slots) {
            if (!stopped && slot.waiting && slot.dueAt - now <= 0) {
                dial(slot);
            }
        }
        Duration limit = times.exitAfter();
        if (!stopped && limit != null && !anyUp() && now - downSince >= limit.toNanos()) {
            giveUp("no connection was registered for " + limit.toSeconds() + "s");
        }
    }

    /** Time until the next {@link #wake()}, never below 0; empty if only an event can make something due. */
    OptionalLong nextWakeNanos() {
        if (stopped) {
            return OptionalLong.empty();
        }
        long now = clock.getAsLong();
        long next = Long.MAX_VALUE;
        for (Slot slot : slots) {
            if (slot.waiting) {
                next = Math.min(next, slot.dueAt - now);
            }
        }
        Duration limit = times.exitAfter();
        if (limit != null && !anyUp()) {
            next = Math.min(next, downSince + limit.toNanos() - now);
        }
        return next == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(Math.max(0, next));
    }

    void registered(Attempt attempt) {
        Slot slot = slots.get(attempt.connIndex());
        if (!attempt.equals(slot.current)) {
            return;
        }
        boolean alone = !anyUp();
        slot.up = true;
        slot.upSince = clock.getAsLong();
        slot.previousAttempts = 0;
        slot.futile = 0;
        if (!everRegistered) {
            everRegistered = true;
            for (Slot other : slots.subList(1, slots.size())) {
                schedule(other, Duration.ofSeconds(other.connIndex - 1L));
            }
        } else if (alone) {
            slots.forEach(other -> dialWithin(other, Duration.ofMillis(random.nextLong(SPREAD_MILLIS))));
        }
        wake();
    }

    /** The edge serves {@code attempt} out, so another connection takes its place before. */
    void goingAway(Attempt attempt) {
        Slot slot = slots.get(attempt.connIndex());
        if (!attempt.equals(slot.current)) {
            return;
        }
        boolean stable = takeDown(slot);
        schedule(slot, stable ? apart() : backOff(slot));
        hasten(!stable);
        wake();
    }

    void ended(Attempt attempt, Ending ending) {
        Slot slot = slots.get(attempt.connIndex());
        if (!attempt.equals(slot.current) || stopped) {
            return;
        }
        boolean kept = slot.up && clock.getAsLong() - slot.upSince >= KEPT_NANOS;
        boolean stable = takeDown(slot);
        if (!everRegistered && ending.isHopeless()) {
            log.error(
                    "initial tunnel connection failed connIndex={} event=0 error=\"{}\"",
                    slot.connIndex,
                    ending.reason());
            giveUp(ending.reason());
            return;
        }
        if (ending.changesAddress()) {
            actions.leaveAddress(slot.connIndex, ending.isUnreachable());
        }
        if (ending.wasLost()) {
            log.info("Lost connection with the edge connIndex={} event=0", slot.connIndex);
        }
        terminated(slot, ending);
        if (ending.isUnauthorized()) {
            log.warn("the edge does not accept this token, it may have been revoked connIndex={}", slot.connIndex);
        }
        boolean wasUsed = stable && ending.wasLost();
        Duration wait = wasUsed ? soon(ending) : longer(wait(slot, ending), asked(ending));
        schedule(slot, wait);
        slot.patient = ending.isFutile() || !ending.askedFor().isZero();
        hasten(!kept && ending.isAnswered());
        log.info(
                "Retrying connection in up to {}s connIndex={} event=0",
                Duration.ofNanos(remaining(slot)).plusMillis(999).toSeconds(),
                slot.connIndex);
        wake();
    }

    /** As long as another connection serves, this is no error. */
    private void terminated(Slot slot, Ending ending) {
        String line = "Connection terminated error=\"{}\" connIndex={} event=0";
        if (anyUp()) {
            log.warn(line, ending.reason(), slot.connIndex);
        } else {
            log.error(line, ending.reason(), slot.connIndex);
        }
    }

    /** Returns whether it had been up for so long that its end is no failure. */
    private boolean takeDown(Slot slot) {
        long now = clock.getAsLong();
        boolean stable = slot.up && now - slot.upSince >= times.stable().toNanos();
        slot.current = null;
        if (slot.up) {
            slot.up = false;
            downSince = now;
        }
        if (stable) {
            slot.backoff.reset();
            failuresOfAll = 0;
            answeredFailuresOfAll = 0;
        }
        return stable;
    }

    private Duration wait(Slot slot, Ending ending) {
        if (!ending.isFutile()) {
            return backOff(slot);
        }
        slot.previousAttempts++;
        long most = times.mostRefused().toMillis() / 2;
        long half = Math.max(1, Math.min(most, times.refused().toMillis() << Math.min(slot.futile, 16)));
        slot.futile++;
        return Duration.ofMillis(half + random.nextLong(half));
    }

    /** As long as nothing is up, an index that fails waits as long as if it had failed as often as the others. */
    private Duration backOff(Slot slot) {
        slot.previousAttempts++;
        int others = anyUp() ? 0 : failuresOfAll / slots.size();
        failuresOfAll = anyUp() ? 0 : failuresOfAll + 1;
        return slot.backoff.next(others);
    }

    /** What an edge asks for, within reason, and a little apart from what it asked others for. */
    private Duration asked(Ending ending) {
        Duration asked = ending.askedFor();
        if (asked.isZero()) {
            return asked;
        }
        Duration bounded = asked.compareTo(times.mostRefused()) > 0 ? times.mostRefused() : asked;
        return bounded.plusMillis(random.nextLong(1000));
    }

    /** The first wait after a connection that was in use. Those that fell silent were found at different times anyway. */
    private Duration soon(Ending ending) {
        return ending.isSilence() ? Duration.ZERO : apart();
    }

    /** Hardly a wait; the more are down, the more: other connectors may have lost theirs at the same moment. */
    private Duration apart() {
        long down = slots.stream().filter(slot -> !slot.up).count();
        return Duration.ofMillis(random.nextLong(SPREAD_MILLIS * down / slots.size()));
    }

    /**
     * Lets one of those that wait dial soon if nothing is up. An edge that answered, but keeps no connection, is spared more
     * and more; a path that carries nothing needs no mercy.
     */
    private void hasten(boolean answered) {
        if (anyUp()) {
            return;
        }
        int rounds = answeredFailuresOfAll / slots.size();
        if (answered) {
            answeredFailuresOfAll++;
        }
        slots.stream()
                .filter(slot -> slot.waiting && !slot.patient)
                .min(Comparator.comparingLong(this::remaining))
                .filter(slot -> remaining(slot) > shared.bound(rounds).toNanos())
                .ifPresent(slot -> dialWithin(slot, shared.draw(rounds)));
    }

    /** Lets {@code slot} wait no longer than {@code most}, unless the edge wants it to. */
    private void dialWithin(Slot slot, Duration most) {
        if (slot.waiting && !slot.patient && remaining(slot) > most.toNanos()) {
            schedule(slot, most);
        }
    }

    private long remaining(Slot slot) {
        return slot.dueAt - clock.getAsLong();
    }

    private void schedule(Slot slot, Duration wait) {
        slot.waiting = true;
        slot.patient = false;
        slot.dueAt = clock.getAsLong() + wait.toNanos();
    }

    private void dial(Slot slot) {
        slot.waiting = false;
        Attempt attempt = new Attempt(dials++, slot.connIndex, slot.previousAttempts);
        slot.current = attempt;
        actions.dial(attempt);
    }

    private void giveUp(String reason) {
        stopped = true;
        actions.giveUp(reason);
    }

    private boolean anyUp() {
        return slots.stream().anyMatch(slot -> slot.up);
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}
