package dev.adit.e2e.programs;

import dev.adit.edgesim.EdgeSim;
import dev.adit.edgesim.EdgeSimOptions;
import dev.adit.edgesim.PortInUseException;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/** A simulator and a connector process that serves the hosts of one tunnel. For the test's thread. */
final class Chain implements AutoCloseable {
    /** A host that has a tunnel, but no connector. */
    static final String DOWN_HOST = "down.example.test";
    /** A host of the tunnel that no rule of the connector is for. */
    static final String UNRULED_HOST = "unruled.example.test";

    private static final String TUNNEL = "main";
    private static final int CONNECTIONS = 4;
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Path directory;
    private final EdgeSim sim;
    private final LaunchedConnector connector;

    private Chain(Path directory, EdgeSim sim, LaunchedConnector connector) {
        this.directory = directory;
        this.sim = sim;
        this.connector = connector;
    }

    /** Starts both; returns when all connections of the tunnel take traffic. {@code services} are by host. */
    static Chain start(Path directory, Map<String, String> services)
            throws IOException, PortInUseException, InterruptedException {
        List<String> hosts = new ArrayList<>(services.keySet());
        hosts.add(UNRULED_HOST);
        EdgeSim sim = EdgeSim.start(
                EdgeSimOptions.of(TunnelSpec.of(TUNNEL, hosts, null), TunnelSpec.of("down", List.of(DOWN_HOST), null)));
        try {
            return new Chain(directory, sim, serve(directory, sim, services));
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            sim.close();
            throw e;
        }
    }

    private static LaunchedConnector serve(Path directory, EdgeSim sim, Map<String, String> services)
            throws IOException, InterruptedException {
        Files.writeString(directory.resolve("ca.pem"), sim.caPem());
        Files.writeString(directory.resolve("token"), sim.token(TUNNEL));
        Files.writeString(directory.resolve("config.yml"), rules(services));
        LaunchedConnector connector = LaunchedConnector.start(
                directory,
                List.of(
                        "tunnel",
                        "run",
                        "--no-prechecks",
                        "--token-file=token",
                        "--edge=127.0.0.1:" + sim.ports().tunnel(),
                        "--cacert=ca.pem",
                        "--config=config.yml",
                        "--ha-connections=" + CONNECTIONS));
        try {
            sim.awaitServing(TUNNEL, CONNECTIONS, START_LIMIT).get();
            return connector;
        } catch (ExecutionException e) {
            connector.close();
            throw new AssertionError("the connector did not register: " + connector.log(), e);
        } catch (InterruptedException e) {
            connector.close();
            throw e;
        }
    }

    private static String rules(Map<String, String> services) {
        StringBuilder text = new StringBuilder("ingress:\n");
        services.forEach((host, service) -> text.append("  - hostname: ")
                .append(host)
                .append("\n    service: ")
                .append(service)
                .append('\n'));
        return text.append("  - service: http_status:404\n").toString();
    }

    EdgeSim sim() {
        return sim;
    }

    LaunchedConnector connector() {
        return connector;
    }

    /** The file with the authority of the public side. */
    Path authority() {
        return directory.resolve("ca.pem");
    }

    /** Where the public finds {@code host}. */
    String url(String host) {
        return "https://" + host + ":" + sim.ports().https();
    }

    /** What makes curl and git find {@code host} here. */
    String resolve(String host) {
        return host + ":" + sim.ports().https() + ":127.0.0.1";
    }

    /** curl for {@code path} of {@code host} over TLS; nothing is printed but errors and the body. */
    Command curl(String host, String path) {
        return Command.of(
                directory,
                "curl",
                // Ignore ~/.curlrc.
                "--disable",
                "--silent",
                "--show-error",
                "--path-as-is",
                "--globoff",
                "--noproxy",
                "*",
                "--cacert",
                authority().toString(),
                "--resolve",
                resolve(host),
                url(host) + path);
    }

    @Override
    public void close() {
        connector.close();
        sim.close();
    }
}
