package dev.adit.edgesim.rehearse;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What happened while one trial was rehearsed. Confined to the event loop; times are from its beginning. */
final class Recording {
    /** An answer is late when it is complete this long after its request was due: people notice. */
    static final Duration LATE = Duration.ofSeconds(1);

    private final long beganNanos;
    private final Tally whole = new Tally();
    private final List<Tally> seconds = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private int outstanding;
    private int cuts;

    Recording(long nowNanos) {
        beganNanos = nowNanos;
    }

    /** A request was sent, or should have been. */
    void sent() {
        outstanding++;
    }

    /** A request that was due at {@code dueNanos} came to its end; gives whether all was well with it. */
    boolean ended(long dueNanos, Outcome outcome, long nowNanos) {
        outstanding--;
        Tally.Timeliness timeliness =
                nowNanos - dueNanos > LATE.toNanos() ? Tally.Timeliness.LATE : Tally.Timeliness.IN_TIME;
        whole.add(outcome, timeliness);
        second(since(dueNanos)).add(outcome, timeliness);
        return outcome == Outcome.RIGHT && timeliness == Tally.Timeliness.IN_TIME;
    }

    private Tally second(Duration at) {
        int index = (int) at.toSeconds();
        while (seconds.size() <= index) {
            seconds.add(new Tally());
        }
        return seconds.get(index);
    }

    /** The event stream or the WebSocket broke off. */
    void cut() {
        cuts++;
    }

    /** The event stream or the WebSocket carried what nobody sent. */
    void wrongMessage(long nowNanos) {
        sent();
        ended(nowNanos, Outcome.WRONG, nowNanos);
    }

    /** So many connections take traffic now. */
    void connections(int count, long nowNanos) {
        if (steps.isEmpty() || steps.get(steps.size() - 1).connections() != count) {
            steps.add(new Step(since(nowNanos), count));
        }
    }

    /** Time from the beginning; never negative. */
    Duration since(long nanos) {
        return Duration.ofNanos(Math.max(0, nanos - beganNanos));
    }

    /** Requests whose end is still to come. */
    int outstanding() {
        return outstanding;
    }

    Tally whole() {
        return whole;
    }

    /** One tally for each second of the beginning of its requests. */
    List<Tally> seconds() {
        return seconds;
    }

    int cuts() {
        return cuts;
    }

    /** When the number of connections changed. */
    List<Step> steps() {
        return steps;
    }

    /** From {@code at} on so many connections took traffic. */
    record Step(Duration at, int connections) {}
}
