package dev.adit.edgesim.rehearse;

import dev.adit.edgesim.fault.FaultOrder;
import dev.adit.edgesim.tunnel.TunnelSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connector with an edge of its own that falls into one hole after the other. Driven by one thread; the load and what is
 * looked at live on the simulator's event loop.
 */
final class HoleLane {
    private static final Duration WHOLE_LIMIT = Duration.ofSeconds(90);
    private static final Duration DETECTION_LIMIT = Duration.ofSeconds(40);
    private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(60);
    // Large packets under way on every connection.
    private static final Duration STUCK_LIMIT = Duration.ofSeconds(10);
    private static final int GOOD_IN_A_ROW = 10;

    private final Stage.Scene scene;
    private final Report.Setting setting;
    private final ConnectionWatch watch;
    private final Streak streak = new Streak(GOOD_IN_A_ROW);
    private final LoopWatch waiting;
    private @Nullable Load load;

    HoleLane(Stage.Scene scene, Report.Setting setting) {
        this.scene = scene;
        this.setting = setting;
        watch = new ConnectionWatch(
                () -> scene.sim().sessions(Rehearsal.NAME), scene.sim().faultDesk()::accepted, setting.connections());
        waiting = new LoopWatch(scene.sim().loop(), scene.interrupted(), () -> watch.look(System.nanoTime()));
    }

    /** Opens what {@code holes} still has, one after the other; {@code progress} hears of each. */
    List<HoleResult> run(Queue<Hole> holes, Consumer<HoleResult> progress)
            throws InterruptedException, RehearsalFailure {
        List<HoleResult> results = new ArrayList<>();
        try {
            for (Hole hole = holes.poll(); hole != null; hole = holes.poll()) {
                HoleResult result = open(hole);
                progress.accept(result);
                results.add(result);
            }
        } finally {
            waiting.run(this::stopLoad);
            waiting.close();
        }
        return results;
    }

    private HoleResult open(Hole hole) throws InterruptedException, RehearsalFailure {
        if (!waiting.await(watch::isComplete, WHOLE_LIMIT)) {
            throw new RehearsalFailure("the connections were not complete within " + WHOLE_LIMIT.toSeconds() + " s");
        }
        if (hole.quiet() == Hole.Quiet.TRAFFIC) {
            waiting.run(this::startLoad);
        }
        waiting.pause(hole.lead());
        List<TunnelSession> old = scene.sim().sessions(Rehearsal.NAME);
        long accepted = waiting.call(scene.sim().faultDesk()::accepted);
        long opened = waiting.call(() -> inject(hole));
        boolean found;
        Duration detected;
        if (hole.shape() == Hole.Shape.LARGE_PACKETS) {
            StuckWatch stuck = new StuckWatch(old, opened);
            if (hole.quiet() == Hole.Quiet.IDLE) {
                fill(stuck);
            }
            found = waiting.await(() -> look(stuck).areAllGone(), DETECTION_LIMIT);
            detected = stuck.longest();
        } else {
            found = waiting.await(() -> isFound(old, accepted), DETECTION_LIMIT);
            detected = Duration.ofNanos(System.nanoTime() - opened);
        }
        waiting.pause(hole.hold());
        long healed = waiting.call(this::heal);
        boolean back = waiting.await(streak::isComplete, RECOVERY_LIMIT);
        Duration backAfter = Duration.ofNanos(Math.max(0, waiting.call(streak::sinceNanos) - healed));
        boolean whole = waiting.await(watch::isComplete, RECOVERY_LIMIT);
        Duration wholeAfter = Duration.ofNanos(Math.max(0, waiting.call(watch::completeSinceNanos) - healed));
        waiting.run(this::stopLoad);
        return new HoleResult(hole, found ? detected : null, back ? backAfter : null, whole ? wholeAfter : null);
    }

    private long inject(Hole hole) {
        long now = System.nanoTime();
        scene.sim().faultDesk().inject(FaultOrder.of(hole.fault()));
        return now;
    }

    /** Requests until a large packet is stuck on each connection, and then none any more. */
    private void fill(StuckWatch stuck) throws InterruptedException, RehearsalFailure {
        waiting.run(this::startLoad);
        boolean all = waiting.await(() -> look(stuck).areAllStuck(), STUCK_LIMIT);
        waiting.run(this::stopLoad);
        if (!all) {
            throw new RehearsalFailure("not every connection got a large packet");
        }
    }

    private StuckWatch look(StuckWatch stuck) {
        stuck.look(scene.sim().sessions(Rehearsal.NAME), System.nanoTime());
        return stuck;
    }

    /**
     * Whether the connector has given up all of {@code old}. What it closes is not seen through a hole that swallows
     * everything on its way, but the new connection is, one for each.
     */
    private boolean isFound(List<TunnelSession> old, long accepted) {
        List<TunnelSession> now = scene.sim().sessions(Rehearsal.NAME);
        return old.stream().noneMatch(now::contains) || scene.sim().faultDesk().accepted() - accepted >= old.size();
    }

    private long heal() {
        scene.sim().faultDesk().heal();
        long now = System.nanoTime();
        streak.begin(now);
        if (load == null) {
            startLoad();
        }
        return now;
    }

    private void startLoad() {
        Load started = new Load(
                scene.sim().loop(),
                new Load.Target(scene.sim().httpAddress(), Rehearsal.HOST, setting.rate()),
                streak,
                new Recording(System.nanoTime()));
        started.start();
        load = started;
    }

    private void stopLoad() {
        Load running = load;
        if (running != null) {
            running.stop();
            load = null;
        }
    }
}
