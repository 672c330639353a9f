package dev.adit.edgesim.rehearse;

import dev.adit.edgesim.EdgeSim;
import dev.adit.edgesim.EdgeSimOptions;
import dev.adit.edgesim.PrivateFile;
import dev.adit.edgesim.demo.ConnectorProcess;
import dev.adit.edgesim.demo.StandIn;
import dev.adit.edgesim.tunnel.TunnelSpec;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One run: an origin, an edge, and one connector process after the other, each of which takes over from the one before.
 * Driven by one thread, which waits.
 */
final class Handover implements AutoCloseable {
    /** A JVM that starts on a busy machine, and one connection a second. */
    private static final Duration START_LIMIT = Duration.ofSeconds(90);

    private static final Duration RELOAD_LIMIT = Duration.ofSeconds(30);
    /** The load is steady once all answers of so many seconds were right and in time. */
    private static final int STEADY_SECONDS = 2;

    private static final Duration STEADY_LIMIT = Duration.ofSeconds(90);
    private static final Duration LOOK = Duration.ofMillis(100);

    /** Statuses that mean success and that no origin sends: each reload answers with another one. */
    private static final int FIRST_STATUS = 200;

    private final HandoverPlan plan;
    private final CompletableFuture<Void> stop;
    private final PrintWriter progress;
    private final Deque<Runnable> cleanUps = new ArrayDeque<>();
    private @Nullable ConnectorProcess current;

    Handover(HandoverPlan plan, CompletableFuture<Void> stop, PrintWriter progress) {
        this.plan = plan;
        this.stop = stop;
        this.progress = progress;
    }

    /** Where everything is that a process is started with. */
    private record Place(Path directory, String edge) {
        Path file(String name) {
            return directory.resolve(name);
        }
    }

    HandoverResult run() throws IOException, RehearsalFailure, InterruptedException {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("handover-origin", true), NioIoHandler.newFactory());
        cleanUps.push(() -> group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly());
        StandIn origin = StandIn.start(group, Rehearsal.NAME, 0);
        EdgeSim sim = EdgeSim.start(EdgeSimOptions.of(TunnelSpec.of(Rehearsal.NAME, List.of(Rehearsal.HOST), null)));
        cleanUps.push(sim::close);
        Place place = prepare(sim, origin.port());
        ConnectorProcess first = start(place, 0);
        await(sim.awaitServing(Rehearsal.NAME, plan.connector().connections(), START_LIMIT), START_LIMIT, first);

        Streak steady = new Streak(STEADY_SECONDS * plan.traffic().rate());
        Load load = new Load(
                sim.loop(),
                new Load.Target(
                        sim.httpAddress(),
                        Rehearsal.HOST,
                        plan.traffic().rate(),
                        plan.traffic().streams()),
                steady,
                new Recording(System.nanoTime()));
        warmUp(sim.loop(), load, steady);
        long began = System.nanoTime();
        Recording recording = new Recording(began);
        onLoop(sim.loop(), () -> {
            load.record(recording);
            return 0;
        });
        HandoverResult.Rounds done = rounds(sim, place, origin.port());
        // The last requests may still be waiting for their answers.
        TimeUnit.MILLISECONDS.sleep(LoadConnection.ANSWER_LIMIT.toMillis() / 5);
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        return onLoop(sim.loop(), () -> {
            load.stop();
            return new HandoverResult(done, recording.whole(), recording.cuts(), took);
        });
    }

    /** Starts the load and waits until the edge, the origin and the first process, all of them just started, keep up. */
    private void warmUp(EventLoop loop, Load load, Streak steady) throws RehearsalFailure, InterruptedException {
        long began = System.nanoTime();
        onLoop(loop, () -> {
            load.start();
            return 0;
        });
        while (!onLoop(loop, steady::isComplete)) {
            if (System.nanoTime() - began > STEADY_LIMIT.toNanos() || stop.isDone()) {
                throw new RehearsalFailure(
                        "this machine does not keep up with " + plan.traffic().rate() + " requests a second");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
        }
        say("the load is steady after %d ms", millisSince(began));
    }

    private HandoverResult.Rounds rounds(EdgeSim sim, Place place, int originPort)
            throws IOException, RehearsalFailure, InterruptedException {
        int restarts = 0;
        int reloads = 0;
        for (int round = 1; round <= Math.max(plan.restarts(), plan.reloads()); round++) {
            if (round <= plan.reloads()) {
                reload(sim, place, new Rules(originPort, round));
                reloads++;
            }
            if (round <= plan.restarts()) {
                restart(place, round);
                restarts++;
            }
        }
        return new HandoverResult.Rounds(restarts, reloads);
    }

    private void reload(EdgeSim sim, Place place, Rules rules)
            throws IOException, RehearsalFailure, InterruptedException {
        long began = System.nanoTime();
        write(place, rules);
        HttpClient client = sim.client();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + Rehearsal.HOST + "/version"))
                .timeout(LoadConnection.ANSWER_LIMIT)
                .build();
        int status = 0;
        while (status != rules.status()) {
            if (System.nanoTime() - began > RELOAD_LIMIT.toNanos() || stop.isDone()) {
                throw new RehearsalFailure("the configuration " + rules.number + " did not come into force; "
                        + Objects.requireNonNull(current).lastLines());
            }
            TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
            status =
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
        say("reload %d after %d ms", rules.number, millisSince(began));
    }

    private void restart(Place place, int number) throws IOException, RehearsalFailure, InterruptedException {
        long began = System.nanoTime();
        ConnectorProcess old = Objects.requireNonNull(current);
        ConnectorProcess young = start(place, number);
        Duration limit = START_LIMIT.plus(plan.connector().grace());
        int exitCode = await(old.exitCode(), limit, young);
        if (exitCode != 0) {
            throw new RehearsalFailure(
                    "process " + (number - 1) + " ended with exit code " + exitCode + "\n" + old.lastLines());
        }
        say("restart %d, the old process ended with 0 after %d ms", number, millisSince(began));
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    private void say(String format, Object... arguments) {
        progress.printf(format + "%n", arguments);
        progress.flush();
    }

    private Place prepare(EdgeSim sim, int originPort) throws IOException {
        Path directory = Files.createTempDirectory("adit-handover");
        cleanUps.push(() -> delete(directory));
        Place place = new Place(directory, "127.0.0.1:" + sim.ports().tunnel());
        Files.writeString(place.file("ca.pem"), sim.caPem());
        PrivateFile.write(place.file("token"), sim.token(Rehearsal.NAME) + "\n");
        write(place, new Rules(originPort, 0));
        return place;
    }

    /** The rules of each reload: another answer for one path, and another set of origin connections. */
    private record Rules(int originPort, int number) {
        int status() {
            return FIRST_STATUS + number;
        }

        String text() {
            return """
                    ingress:
                      - path: ^/version$
                        service: http_status:%d
                      - service: http://127.0.0.1:%d
                        originRequest:
                          keepAliveTimeout: %ds
                    """.formatted(status(), originPort, 30 + number);
        }
    }

    private static void write(Place place, Rules rules) throws IOException {
        Path half = Files.writeString(place.file("config.yml.new"), rules.text());
        Files.move(half, place.file("config.yml"), StandardCopyOption.ATOMIC_MOVE);
    }

    private ConnectorProcess start(Place place, int number) throws IOException {
        List<String> line = new ArrayList<>(plan.connector().line());
        line.addAll(List.of("--token-file", place.file("token").toString()));
        line.addAll(
                List.of("--edge", place.edge, "--cacert", place.file("ca.pem").toString()));
        line.addAll(List.of("--config", place.file("config.yml").toString()));
        line.addAll(List.of("--state-dir", place.directory.toString(), "--takeover"));
        line.addAll(
                List.of("--ha-connections", Integer.toString(plan.connector().connections())));
        line.addAll(List.of("--grace-period", plan.connector().grace().toSeconds() + "s"));
        line.addAll(List.of("--metrics", "127.0.0.1:0"));
        Path log = plan.connector().logs().resolve("handover-" + number + ".log");
        ConnectorProcess process = ConnectorProcess.start(Rehearsal.NAME, line, Map.of(), log);
        cleanUps.push(process::close);
        current = process;
        return process;
    }

    /** Waits for {@code result}; {@code process} is to live until then. */
    private <T extends @Nullable Object> T await(CompletableFuture<T> result, Duration limit, ConnectorProcess process)
            throws RehearsalFailure, InterruptedException {
        CompletableFuture<String> stopped = stop.thenApply(given -> "stopped before the end");
        try {
            CompletableFuture<Object> ended = CompletableFuture.anyOf(stopped, process.whenEnded());
            CompletableFuture.anyOf(result, ended).get(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!result.isDone()) {
                throw new RehearsalFailure(String.valueOf(ended.join()));
            }
            return result.join();
        } catch (ExecutionException | TimeoutException e) {
            throw new RehearsalFailure("nothing came of it within " + limit.toSeconds() + " s\n" + process.lastLines());
        }
    }

    private static <T> T onLoop(EventLoop loop, Callable<T> task) throws InterruptedException {
        try {
            return loop.submit(task).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            // Small, and private to the user.
            directory.toFile().deleteOnExit();
        }
    }

    @Override
    public void close() {
        while (!cleanUps.isEmpty()) {
            cleanUps.pop().run();
        }
    }
}
