package dev.adit.edgesim.rehearse;

import dev.adit.edgesim.EdgeSim;
import io.netty.channel.EventLoop;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One fault after the other, each like this: wait until the service is whole, watch it for a while, let the fault begin,
 * end it when its time is up, and wait until the service is whole again. Driven by one thread, which waits; the load and
 * the watch live on the simulator's event loop.
 */
final class Rehearsal {
    /** The tunnel's name, and what the events of its origin say. */
    static final String NAME = "rehearsal";
    /** The host name that leads to it. */
    static final String HOST = "rehearsal.example.test";

    private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(60);
    // What a fault causes shows within that time.
    private static final Duration SETTLE = Duration.ofSeconds(1);
    private static final int GOOD_IN_A_ROW = 20;

    private final EdgeSim sim;
    private final RehearsalPlan plan;
    private final PrintWriter progress;
    private final Streak streak = new Streak(GOOD_IN_A_ROW);
    private final ConnectionWatch watch;
    private final Load load;
    private final List<Finished> finished = new ArrayList<>();
    private final LoopWatch waiting;

    /** A rehearsal that ends with a failure as soon as {@code interrupted} says why. */
    Rehearsal(EdgeSim sim, RehearsalPlan plan, CompletableFuture<String> interrupted, PrintWriter progress) {
        this.sim = sim;
        this.plan = plan;
        this.progress = progress;
        EventLoop loop = sim.loop();
        watch = new ConnectionWatch(
                () -> sim.sessions(NAME),
                sim.faultDesk()::accepted,
                plan.setting().connections());
        load = new Load(
                loop,
                new Load.Target(sim.httpAddress(), HOST, plan.setting().rate()),
                streak,
                new Recording(System.nanoTime()));
        waiting = new LoopWatch(loop, interrupted, this::look);
    }

    /** Rehearses {@code trials}; what was found out before something went wrong is in the report all the same. */
    Report run(List<Trial> trials) throws InterruptedException {
        String failure = null;
        try {
            waiting.run(load::start);
            for (Trial trial : trials) {
                rehearse(trial);
            }
            // The last requests may still be waiting for their answers.
            waiting.await(
                    () -> finished.stream().allMatch(one -> one.recording.outstanding() == 0),
                    LoadConnection.ANSWER_LIMIT);
        } catch (RehearsalFailure e) {
            failure = e.getMessage();
        }
        waiting.close();
        List<TrialResult> results = new ArrayList<>();
        waiting.run(() -> {
            load.stop();
            finished.forEach(one -> results.add(TrialResult.of(one.trial, one.recording, one.times)));
        });
        return new Report(plan.setting(), results, failure);
    }

    private void rehearse(Trial trial) throws InterruptedException, RehearsalFailure {
        waiting.run(() -> streak.begin(System.nanoTime()));
        if (!waiting.await(this::isWhole, RECOVERY_LIMIT)) {
            throw new RehearsalFailure("the service was not whole within " + RECOVERY_LIMIT.toSeconds() + " s, so "
                    + trial.name() + " and what follows it was not rehearsed");
        }
        Recording recording = new Recording(System.nanoTime());
        waiting.run(() -> load.record(recording));
        waiting.pause(plan.steady());
        long fault = waiting.call(() -> begin(trial));
        long healed = fault;
        if (!trial.lasting().isZero()) {
            waiting.pause(trial.lasting());
            healed = waiting.call(this::heal);
        }
        waiting.pause(SETTLE);
        Long recovered = waiting.await(this::isWhole, RECOVERY_LIMIT) ? waiting.call(this::wholeSince) : null;
        Long detected = waiting.call(watch::changedNanos);
        TrialResult.Times times = new TrialResult.Times(
                recording.since(fault),
                recording.since(healed),
                detected == null ? null : recording.since(detected),
                recovered == null ? null : recording.since(recovered));
        finished.add(new Finished(trial, recording, times));
        progress.printf("%-22s %s%n", trial.name(), recovered == null ? "NOT recovered" : "recovered");
        progress.flush();
    }

    private long begin(Trial trial) {
        long now = System.nanoTime();
        watch.faultBegins();
        streak.begin(now);
        trial.orders().forEach(sim.faultDesk()::inject);
        return now;
    }

    private long heal() {
        sim.faultDesk().heal();
        long now = System.nanoTime();
        streak.begin(now);
        return now;
    }

    private boolean isWhole() {
        return watch.isComplete() && streak.isComplete();
    }

    private long wholeSince() {
        long complete = watch.completeSinceNanos();
        long good = streak.sinceNanos();
        return complete - good > 0 ? complete : good;
    }

    private void look() {
        long now = System.nanoTime();
        load.recording().connections(watch.look(now), now);
    }

    /** A trial whose last requests may still be on their way. */
    private record Finished(Trial trial, Recording recording, TrialResult.Times times) {}
}
