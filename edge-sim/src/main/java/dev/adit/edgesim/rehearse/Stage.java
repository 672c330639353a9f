package dev.adit.edgesim.rehearse;

import dev.adit.edgesim.EdgeOptions;
import dev.adit.edgesim.EdgeSim;
import dev.adit.edgesim.EdgeSimOptions;
import dev.adit.edgesim.PrivateFile;
import dev.adit.edgesim.demo.ConnectorProcess;
import dev.adit.edgesim.demo.StandIn;
import dev.adit.edgesim.region.RegionSpec;
import dev.adit.edgesim.region.Regions;
import dev.adit.edgesim.tunnel.EdgeSite;
import dev.adit.edgesim.tunnel.TunnelSpec;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What a rehearsal takes place on: an origin, an edge and the connector's process; closed in reverse order. */
final class Stage implements AutoCloseable {
    // The first at once, then one a second; a JVM that starts on a busy machine; a first try that may fail.
    private static final Duration REGISTRATION_LIMIT = Duration.ofSeconds(60);

    private final RehearsalPlan plan;
    private final CompletableFuture<Void> stop;
    private final Deque<Runnable> cleanUps = new ArrayDeque<>();

    Stage(RehearsalPlan plan, CompletableFuture<Void> stop) {
        this.plan = plan;
        this.stop = stop;
    }

    /** Sets everything up and rehearses what the plan says; progress goes to {@code out}. */
    Report rehearse(long seed, PrintWriter out) throws IOException, RehearsalFailure, InterruptedException {
        Scene scene = set();
        List<Trial> trials = Trials.of(plan.profiles(), seed, plan.setting().connections(), List.of("region1"));
        return new Rehearsal(scene.sim, plan, scene.interrupted, out).run(trials);
    }

    /**
     * What was set up.
     *
     * @param sim the edge
     * @param connector the process that serves the tunnel
     * @param interrupted completes with the reason if the connector ends or the user wants to stop
     */
    record Scene(EdgeSim sim, ConnectorProcess connector, CompletableFuture<String> interrupted) {}

    /** Sets everything up; all connections are registered when this returns. */
    Scene set() throws IOException, RehearsalFailure, InterruptedException {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("rehearsal-origin", true), NioIoHandler.newFactory());
        cleanUps.push(() -> group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly());
        StandIn origin = StandIn.start(group, Rehearsal.NAME, 0);
        String service = "http://127.0.0.1:" + origin.port();
        EdgeSim sim = EdgeSim.start(EdgeSimOptions.of(TunnelSpec.of(Rehearsal.NAME, List.of(Rehearsal.HOST), service))
                .withEdge(EdgeOptions.defaults().withRegions(regions())));
        cleanUps.push(sim::close);
        ConnectorProcess connector = startConnector(sim, service);
        cleanUps.push(connector::close);
        CompletableFuture<String> interrupted = interrupted(connector);
        awaitRegistration(sim, connector, interrupted);
        return new Scene(sim, connector, interrupted);
    }

    // Two addresses each, all of them loopback; any connection may go to any of them.
    private static List<RegionSpec> regions() {
        List<RegionSpec> regions = new ArrayList<>();
        for (int region = 1; region <= 2; region++) {
            regions.add(new RegionSpec(
                    new EdgeSite("region" + region, "SIM0" + region, EdgeSite.DuplicateRule.PER_INDEX),
                    List.of(
                            new InetSocketAddress("127.0.0." + (2 * region - 1), 0),
                            new InetSocketAddress("127.0.0." + 2 * region, 0))));
        }
        return regions;
    }

    // First one of each region, then the other one: connectors put addresses at even places in one region, at odd ones
    // in the other.
    private static List<String> edges(Regions regions) {
        List<String> edges = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            for (String name : regions.names()) {
                InetSocketAddress address = regions.addresses(name).get(i);
                edges.add(address.getHostString() + ":" + address.getPort());
            }
        }
        return edges;
    }

    private ConnectorProcess startConnector(EdgeSim sim, String service) throws IOException {
        Path directory = Files.createTempDirectory("adit-rehearsal");
        Path ca = directory.resolve("ca.pem");
        Path tokenFile = directory.resolve(Rehearsal.NAME + ".token");
        cleanUps.push(() -> delete(List.of(ca, tokenFile, directory)));
        String token = sim.token(Rehearsal.NAME);
        Files.writeString(ca, sim.caPem());
        PrivateFile.write(tokenFile, token + "\n");
        List<String> edges = edges(sim.regions());
        List<String> line = plan.command()
                .line(new CommandTemplate.Values(token, tokenFile.toString(), edges, ca.toString(), service));
        Map<String, String> variables =
                Map.of("TUNNEL_TOKEN", token, "TUNNEL_EDGE", String.join(",", edges), "TUNNEL_CACERT", ca.toString());
        return ConnectorProcess.start(Rehearsal.NAME, line, variables, plan.logFile());
    }

    private CompletableFuture<String> interrupted(ConnectorProcess connector) {
        CompletableFuture<String> stopped = stop.thenApply(given -> "stopped before the end");
        return CompletableFuture.anyOf(stopped, connector.whenEnded()).thenApply(String::valueOf);
    }

    private void awaitRegistration(EdgeSim sim, ConnectorProcess connector, CompletableFuture<String> interrupted)
            throws RehearsalFailure, InterruptedException {
        int wanted = plan.setting().connections();
        CompletableFuture<@Nullable Object> serving =
                CompletableFuture.anyOf(sim.awaitServing(Rehearsal.NAME, wanted, REGISTRATION_LIMIT), interrupted);
        try {
            serving.get(REGISTRATION_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new RehearsalFailure("the connector has registered "
                    + sim.sessions(Rehearsal.NAME).size() + " connections after " + REGISTRATION_LIMIT.toSeconds()
                    + " s, not " + wanted + " (--connections)\n" + connector.lastLines());
        }
        if (interrupted.isDone()) {
            throw new RehearsalFailure(interrupted.join());
        }
    }

    private static void delete(List<Path> paths) {
        for (Path path : paths) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                // Small, and private to the user.
                path.toFile().deleteOnExit();
            }
        }
    }

    @Override
    public void close() {
        while (!cleanUps.isEmpty()) {
            cleanUps.pop().run();
        }
    }
}
