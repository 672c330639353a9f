package dev.adit.edgesim.rehearse;

import dev.adit.edgesim.EdgeSim;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

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
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final int GOOD_IN_A_ROW = 20;

    private final EdgeSim sim;
    private final RehearsalPlan plan;
    private final CompletableFuture<String> interrupted;
    private final PrintWriter progress;
    private final EventLoop loop;
    private final Streak streak = new Streak(GOOD_IN_A_ROW);
    private final ConnectionWatch watch;
    private final Load load;
    private final List<Finished> finished = new ArrayList<>();
    private @Nullable Waiter waiter;

    /** A rehearsal that ends with a failure as soon as {@code interrupted} says why. */
    Rehearsal(EdgeSim sim, RehearsalPlan plan, CompletableFuture<String> interrupted, PrintWriter progress) {
        this.sim = sim;
        this.plan = plan;
        this.interrupted = interrupted;
        this.progress = progress;
        loop = sim.loop();
        watch = new ConnectionWatch(
                () -> sim.sessions(NAME),
                sim.faultDesk()::accepted,
                plan.setting().connections());
        load = new Load(
                loop,
                new Load.Target(
                        sim.httpAddress(), HOST, plan.setting().rate(), new Load.Streams(1, 1)),
                streak,
                new Recording(System.nanoTime()));
    }

    /** Rehearses {@code trials}; what was found out before something went wrong is in the report all the same. */
    Report run(List<Trial> trials) throws InterruptedException {
        Future<?> looking = loop.scheduleAtFixedRate(this::look, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
        String failure = null;
        try {
            onLoop(() -> {
                load.start();
                return 0L;
            });
            for (Trial trial : trials) {
                rehearse(trial);
            }
            // The last requests may still be waiting for their answers.
            await(
                    () -> finished.stream().allMatch(one -> one.recording.outstanding() == 0),
                    LoadConnection.ANSWER_LIMIT);
        } catch (RehearsalFailure e) {
            failure = e.getMessage();
        }
        looking.cancel(false);
        List<TrialResult> results = new ArrayList<>();
        onLoopQuietly(() -> {
            load.stop();
            finished.forEach(one -> results.add(TrialResult.of(one.trial, one.recording, one.times)));
        });
        return new Report(plan.setting(), results, failure);
    }

    private void rehearse(Trial trial) throws InterruptedException, RehearsalFailure {
        onLoop(() -> {
            streak.begin(System.nanoTime());
            return 0L;
        });
        if (!await(this::isWhole, RECOVERY_LIMIT)) {
            throw new RehearsalFailure("the service was not whole within " + RECOVERY_LIMIT.toSeconds() + " s, so "
                    + trial.name() + " and what follows it was not rehearsed");
        }
        Recording recording = new Recording(System.nanoTime());
        onLoop(() -> {
            load.record(recording);
            return 0L;
        });
        await(() -> false, plan.steady());
        long fault = onLoop(() -> begin(trial));
        long healed = fault;
        if (!trial.lasting().isZero()) {
            await(() -> false, trial.lasting());
            healed = onLoop(this::heal);
        }
        await(() -> false, SETTLE);
        Long recovered = await(this::isWhole, RECOVERY_LIMIT) ? onLoop(this::wholeSince) : null;
        Long detected = onLoop(watch::changedNanos);
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
        Waiter waiting = waiter;
        if (waiting != null && waiting.condition.getAsBoolean()) {
            waiting.met.complete(null);
            waiter = null;
        }
    }

    /** Waits until {@code condition}, which is asked on the event loop, holds; false if it does not within {@code limit}. */
    private boolean await(BooleanSupplier condition, Duration limit) throws InterruptedException, RehearsalFailure {
        Waiter waiting = new Waiter(condition, new CompletableFuture<>());
        onLoop(() -> {
            waiter = waiting;
            return 0L;
        });
        try {
            CompletableFuture.anyOf(waiting.met, interrupted).get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        if (interrupted.isDone()) {
            throw new RehearsalFailure(interrupted.join());
        }
        return true;
    }

    private <T extends @Nullable Object> T onLoop(Callable<T> task) throws InterruptedException {
        try {
            return loop.submit(task).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private void onLoopQuietly(Runnable task) throws InterruptedException {
        loop.submit(task).await();
    }

    /** What the driving thread waits for. */
    private record Waiter(BooleanSupplier condition, CompletableFuture<@Nullable Void> met) {}

    /** A trial whose last requests may still be on their way. */
    private record Finished(Trial trial, Recording recording, TrialResult.Times times) {}
}
