package dev.adit.edgesim.rehearse;

import dev.adit.edgesim.fault.FaultOrder;
import dev.adit.edgesim.fault.FaultPlan;
import dev.adit.edgesim.fault.Profile;
import dev.adit.edgesim.fault.TimedOrder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Many random faults under a steady load, faster than a connector recovers from them, and a look at what they left behind.
 * Driven by one thread; the load lives on the simulator's event loop.
 */
final class MixedRun {
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration MOST = Duration.ofSeconds(1);
    private static final int LEAST_GAP_MILLIS = 300;
    private static final int MOST_GAP_MILLIS = 1_500;
    // A refused token is tried ever more rarely.
    private static final Duration WHOLE_LIMIT = Duration.ofMinutes(4);
    // Idle connections to origins are kept for 90 s.
    private static final Duration IDLE_LIMIT = Duration.ofMinutes(3);
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final int GOOD_IN_A_ROW = 20;

    private final Stage.Scene scene;
    private final RehearsalPlan plan;
    private final PrintWriter progress;
    private final ConnectionWatch watch;
    private final Streak streak = new Streak(GOOD_IN_A_ROW);
    private final LoopWatch waiting;

    MixedRun(Stage.Scene scene, RehearsalPlan plan, PrintWriter progress) {
        this.scene = scene;
        this.plan = plan;
        this.progress = progress;
        watch = new ConnectionWatch(
                () -> scene.sim().sessions(Rehearsal.NAME),
                scene.sim().faultDesk()::accepted,
                plan.setting().connections());
        waiting = new LoopWatch(scene.sim().loop(), scene.interrupted(), () -> watch.look(System.nanoTime()));
    }

    /** Lets {@code faults} of them happen. */
    MixedResult run(int faults) throws InterruptedException, RehearsalFailure, IOException {
        try {
            ProcessFacts before = rest();
            Recording recording = new Recording(System.nanoTime());
            Load load = load(recording);
            waiting.run(load::start);
            long began = System.nanoTime();
            play(faults);
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            long healed = waiting.call(this::heal);
            boolean whole = waiting.await(() -> watch.isComplete() && streak.isComplete(), WHOLE_LIMIT);
            Duration wholeAfter = Duration.ofNanos(System.nanoTime() - healed);
            waiting.run(load::stop);
            ProcessFacts after = settle(before);
            int connections = scene.sim().sessions(Rehearsal.NAME).size();
            return new MixedResult(
                    faults,
                    took,
                    waiting.call(() -> TrialResult.Counts.of(recording.whole())),
                    connections,
                    plan.setting().connections(),
                    whole ? wholeAfter : null,
                    before,
                    after,
                    leaks());
        } finally {
            waiting.close();
        }
    }

    /** A while under load first, so that the connector has what it keeps: classes, threads, pools. */
    private ProcessFacts rest() throws InterruptedException, RehearsalFailure {
        Load load = load(new Recording(System.nanoTime()));
        waiting.run(load::start);
        waiting.pause(WARM_UP);
        waiting.run(load::stop);
        waiting.pause(LOOK);
        return ProcessFacts.of(scene.connector().pid());
    }

    private Load load(Recording recording) {
        Load.Target target = new Load.Target(
                scene.sim().httpAddress(), Rehearsal.HOST, plan.setting().rate());
        return new Load(scene.sim().loop(), target, streak, recording);
    }

    private void play(int faults) throws InterruptedException, RehearsalFailure {
        FaultPlan source = FaultPlan.of(Profile.MIXED, plan.setting().seed());
        Random random = new Random(plan.setting().seed());
        TimedOrder next = Objects.requireNonNull(source.next(), "a mixture is endless");
        for (int i = 1; i <= faults; i++) {
            waiting.pause(Duration.ofMillis(LEAST_GAP_MILLIS + random.nextInt(MOST_GAP_MILLIS - LEAST_GAP_MILLIS)));
            // What is due at the same time is one fault.
            Duration at = next.at();
            while (next.at().equals(at)) {
                FaultOrder order = shortened(next.order());
                waiting.call(() -> scene.sim().faultDesk().inject(order));
                next = Objects.requireNonNull(source.next(), "a mixture is endless");
            }
            if (i % 50 == 0) {
                progress.printf(
                        "%d faults, %d connections%n",
                        i, scene.sim().sessions(Rehearsal.NAME).size());
                progress.flush();
            }
        }
    }

    private static FaultOrder shortened(FaultOrder order) {
        Duration duration = order.duration();
        return duration == null || duration.compareTo(MOST) <= 0 ? order : order.lasting(MOST);
    }

    private long heal() {
        scene.sim().faultDesk().heal();
        long now = System.nanoTime();
        streak.begin(now);
        return now;
    }

    /** What is left when idle connections are closed; a few requests then let the leak detector say what it found. */
    private ProcessFacts settle(ProcessFacts before) throws InterruptedException, RehearsalFailure {
        long pid = scene.connector().pid();
        long deadline = System.nanoTime() + IDLE_LIMIT.toNanos();
        while (ProcessFacts.descriptors(pid) > before.descriptors() + MixedResult.SPARE_DESCRIPTORS
                && System.nanoTime() - deadline < 0) {
            waiting.pause(LOOK);
        }
        ProcessFacts after = ProcessFacts.of(pid);
        Load last = load(new Recording(System.nanoTime()));
        waiting.run(last::start);
        waiting.pause(LOOK);
        waiting.run(last::stop);
        return after;
    }

    private long leaks() throws IOException {
        Path log = plan.logFile();
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains("LEAK: ")).count();
        }
    }
}
