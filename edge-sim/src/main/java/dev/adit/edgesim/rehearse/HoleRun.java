package dev.adit.edgesim.rehearse;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many holes in several lanes at once: connectors that have nothing to do with each other. */
final class HoleRun {
    private final RehearsalPlan plan;
    private final CompletableFuture<Void> stop;
    private final PrintWriter progress;

    /** Each lane is set up as {@code plan} says, with a log of its own. */
    HoleRun(RehearsalPlan plan, CompletableFuture<Void> stop, PrintWriter progress) {
        this.plan = plan;
        this.stop = stop;
        this.progress = progress;
    }

    /** Opens {@code holes}; each of {@code lanes} takes the next one whenever it is ready. */
    List<HoleResult> run(List<Hole> holes, int lanes) throws IOException, RehearsalFailure, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(lanes);
        List<Stage> stages = new ArrayList<>();
        try {
            Queue<Hole> queue = new ConcurrentLinkedQueue<>(holes);
            List<Future<List<HoleResult>>> running = new ArrayList<>();
            for (int lane = 0; lane < lanes; lane++) {
                Stage stage = new Stage(plan.withLog(log(lane)), stop);
                stages.add(stage);
                // One after the other: what starts at the same time starts late.
                Stage.Scene scene = stage.set();
                Callable<List<HoleResult>> task = () -> new HoleLane(scene, plan.setting()).run(queue, this::tell);
                running.add(threads.submit(task));
            }
            List<HoleResult> results = new ArrayList<>();
            for (Future<List<HoleResult>> lane : running) {
                results.addAll(lane.get());
            }
            return results;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RehearsalFailure failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            threads.shutdownNow();
            stages.forEach(Stage::close);
        }
    }

    private Path log(int lane) {
        Path first = plan.logFile();
        return lane == 0 ? first : first.resolveSibling(first.getFileName() + "." + lane);
    }

    private void tell(HoleResult result) {
        Hole hole = result.hole();
        progress.printf(
                "%-14s %-4s %-8s found %-5s back %-5s whole %s%n",
                hole.shape().text(),
                hole.flow(),
                hole.quiet().text(),
                TextReport.seconds(result.detected(), "NO"),
                TextReport.seconds(result.back(), "NO"),
                TextReport.seconds(result.whole(), "NO"));
        progress.flush();
    }
}
