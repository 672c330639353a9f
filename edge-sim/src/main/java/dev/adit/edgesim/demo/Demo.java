package dev.adit.edgesim.demo;

import dev.adit.edgesim.EdgeSim;
import dev.adit.edgesim.EdgeSimOptions;
import dev.adit.edgesim.PortInUseException;
import dev.adit.edgesim.Ports;
import dev.adit.edgesim.PrivateFile;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Everything the demo starts, from the simulator to the connectors; closed in reverse order. */
final class Demo implements AutoCloseable {
    // A JVM that starts on a busy machine, and a first try that may fail.
    private static final Duration REGISTRATION_LIMIT = Duration.ofSeconds(30);
    private static final int CONNECT_LIMIT_MILLIS = 500;

    private final PrintWriter out;
    private final List<DemoService> services;
    private final Deque<Runnable> cleanUps = new ArrayDeque<>();
    private final List<ConnectorProcess> connectors = new ArrayList<>();

    Demo(PrintWriter out, List<DemoService> services) {
        this.out = out;
        this.services = services;
    }

    /** Starts everything and waits until all tunnels serve. */
    EdgeSim start(Ports wanted, ConnectorCommand connector) throws IOException, DemoFailure {
        Path directory = Files.createTempDirectory("adit-demo");
        cleanUps.push(() -> delete(directory));
        Path caFile = directory.resolve("ca.pem");
        EdgeSim sim = startSimulator(wanted, caFile);
        cleanUps.push(sim::close);
        for (DemoService service : services) {
            if (!isListening(service.port())) {
                StandIn standIn = StandIn.start(sim.loop(), service.name(), service.port());
                cleanUps.push(standIn::close);
                out.println("nothing listens on port " + service.port() + ": started a stand-in for " + service.name());
            }
        }
        Files.writeString(caFile, sim.caPem());
        startConnectors(sim, connector, caFile);
        awaitTunnels(sim);
        announce(sim, caFile);
        return sim;
    }

    /** Completes with a text when a connector has ended by itself. */
    CompletableFuture<String> whenBroken() {
        return CompletableFuture.anyOf(
                        connectors.stream().map(ConnectorProcess::whenEnded).toArray(CompletableFuture<?>[]::new))
                .thenApply(String::valueOf);
    }

    private EdgeSim startSimulator(Ports wanted, Path caFile) throws PortInUseException {
        List<TunnelSpec> tunnels = services.stream().map(DemoService::tunnel).toList();
        EdgeSimOptions options = EdgeSimOptions.of(tunnels.toArray(TunnelSpec[]::new))
                .withCaFile(caFile)
                .withRequestLog(request -> out.println("  " + request.line()));
        Ports ports = wanted;
        while (true) {
            try {
                return EdgeSim.start(options.withPorts(ports));
            } catch (PortInUseException e) {
                Ports next = ports.withAny(e.listener());
                if (next.equals(ports)) {
                    throw e;
                }
                out.println(e.getMessage() + ": taking a free port");
                ports = next;
            }
        }
    }

    private static boolean isListening(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_LIMIT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void startConnectors(EdgeSim sim, ConnectorCommand command, Path caFile) throws IOException {
        String edge = "127.0.0.1:" + sim.ports().tunnel();
        for (DemoService service : services) {
            Path token = caFile.resolveSibling(service.name() + ".token");
            PrivateFile.write(token, sim.token(service.name()) + "\n");
            ConnectorProcess process = ConnectorProcess.start(
                    service.name(), command.line(token, edge, caFile), caFile.resolveSibling(service.name() + ".log"));
            cleanUps.push(process::close);
            connectors.add(process);
        }
    }

    private void awaitTunnels(EdgeSim sim) throws DemoFailure {
        CompletableFuture<Void> serving = CompletableFuture.allOf(services.stream()
                .map(service -> sim.awaitServing(service.name(), 1, REGISTRATION_LIMIT))
                .toArray(CompletableFuture<?>[]::new));
        CompletableFuture<String> broken = whenBroken();
        try {
            CompletableFuture.anyOf(serving, broken)
                    .orTimeout(REGISTRATION_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof TimeoutException)) {
                throw e;
            }
            throw new DemoFailure(notRegistered(sim));
        }
        if (broken.isDone()) {
            throw new DemoFailure(broken.join());
        }
    }

    private String notRegistered(EdgeSim sim) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < services.size(); i++) {
            if (sim.sessions(services.get(i).name()).isEmpty()) {
                text.append("the connector of tunnel ")
                        .append(services.get(i).name())
                        .append(" did not register within ")
                        .append(REGISTRATION_LIMIT.toSeconds())
                        .append(" s\n")
                        .append(connectors.get(i).lastLines());
            }
        }
        return text.toString();
    }

    private void announce(EdgeSim sim, Path caFile) {
        Ports ports = sim.ports();
        for (DemoService service : services) {
            String address = service.host() + ":" + ports.https();
            out.printf("%n%s  https://%s/%n", service.name(), address);
            out.printf("  curl --cacert %s --resolve %s:127.0.0.1 https://%s/%n", caFile, address, address);
        }
        out.printf(
                "%nPlain HTTP: curl -H 'Host: %s' http://127.0.0.1:%d/%n",
                services.get(0).host(), ports.http());
        out.printf("Console, opens once: %s%n", sim.loginLink());
        out.printf("Requests are shown as they pass. Ctrl-C stops everything.%n%n");
        out.flush();
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // What can't be deleted is small, and private to the user.
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
