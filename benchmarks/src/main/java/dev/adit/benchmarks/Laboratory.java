package dev.adit.benchmarks;

import dev.adit.edgesim.EdgeSim;
import dev.adit.edgesim.EdgeSimOptions;
import dev.adit.edgesim.h2.Http2ClientConnection;
import dev.adit.edgesim.tunnel.TunnelSession;
import dev.adit.edgesim.tunnel.TunnelSpec;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Everything that a run needs: origins, simulator, connectors and the front Nginx; stopped in reverse order. */
final class Laboratory implements AutoCloseable {
    static final int SMALL_BYTES = 1024;
    static final int LARGE_BYTES = 10 << 20;

    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    /**
     * How to set it up.
     *
     * @param nginx the program
     * @param underTestCore CPU of connectors and front, -1 for any
     * @param othersCore CPU of origins, simulator and load generator, -1 for any
     * @param connectors those to measure
     */
    record Plan(String nginx, int underTestCore, int othersCore, List<ConnectorCommand> connectors) {}

    private final Plan plan;
    private final Path directory;
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final List<Contender> contenders = new ArrayList<>();
    private @Nullable EventLoop loop;

    private Laboratory(Plan plan) throws IOException {
        this.plan = plan;
        directory = Files.createTempDirectory("adit-load");
        running.push(this::deleteDirectory);
    }

    /** Starts all of it; what was started is stopped again if something fails. */
    static Laboratory open(Plan plan) throws Exception {
        Laboratory laboratory = new Laboratory(plan);
        try {
            laboratory.start();
            return laboratory;
        } catch (Exception e) {
            laboratory.close();
            throw e;
        }
    }

    /** The servers under load; the tuned Nginx is the last. */
    List<Contender> contenders() {
        return List.copyOf(contenders);
    }

    /** The event loop of the connections to all of them. */
    EventLoop loop() {
        return Objects.requireNonNull(loop, "not started");
    }

    private void start() throws Exception {
        Path files = Files.createDirectory(directory.resolve("files"));
        try (RandomAccessFile large =
                new RandomAccessFile(files.resolve("large").toFile(), "rw")) {
            large.setLength(LARGE_BYTES);
        }
        Nginx nginx = new Nginx(plan.nginx(), directory);
        int originPort = LoopbackPorts.free();
        running.push(nginx.origin(plan.othersCore(), originPort, "0123456789abcdef".repeat(SMALL_BYTES / 16)));
        LoopbackPorts origins = new LoopbackPorts(originPort, startSink());
        LoopbackPorts.await(originPort, START_LIMIT);
        EdgeSim simulator = startConnectors(origins);
        loop = simulator.loop();
        X509Certificate certificate = FrontCertificate.write(directory);
        startFront(nginx, Nginx.Tuning.STOCK, origins, certificate);
        startFront(nginx, Nginx.Tuning.TUNED, origins, certificate);
    }

    private int startSink() {
        MultiThreadIoEventLoopGroup group =
                new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("sink", true), NioIoHandler.newFactory());
        running.push(() -> group.shutdownGracefully(0, 1, TimeUnit.SECONDS));
        InetSocketAddress address =
                (InetSocketAddress) UploadSink.start(group.next()).localAddress();
        return address.getPort();
    }

    private EdgeSim startConnectors(LoopbackPorts origins) throws Exception {
        TunnelSpec[] tunnels = plan.connectors().stream()
                .map(connector -> TunnelSpec.of(connector.name(), List.of(connector.name() + ".example.com"), null))
                .toArray(TunnelSpec[]::new);
        EdgeSim simulator = EdgeSim.start(EdgeSimOptions.of(tunnels));
        running.push(simulator);
        Path authority = Files.writeString(directory.resolve("ca.pem"), simulator.caPem());
        Path rules = Files.writeString(directory.resolve("rules.yml"), """
                ingress:
                  - hostname: upload.example.com
                    service: http://127.0.0.1:%d
                  - service: http://127.0.0.1:%d
                """.formatted(origins.sink(), origins.origin()));
        for (ConnectorCommand connector : plan.connectors()) {
            List<String> arguments = List.of(
                    "tunnel",
                    "run",
                    "--no-prechecks",
                    "--edge",
                    "127.0.0.1:" + simulator.ports().tunnel(),
                    "--cacert",
                    authority.toString(),
                    "--config",
                    rules.toString(),
                    "--ha-connections",
                    "1");
            Child process = Child.start(
                    connector.name(),
                    plan.underTestCore(),
                    connector.line(classPath(), arguments),
                    Map.of("TUNNEL_TOKEN", simulator.token(connector.name())),
                    directory);
            running.push(process);
            contenders.add(new Contender(connector.name(), process, session(simulator, process)::open));
        }
        return simulator;
    }

    /** Ours, so that one jar is enough; absolute, since the process runs elsewhere. */
    private static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static TunnelSession session(EdgeSim simulator, Child process) throws Exception {
        try {
            return simulator
                    .awaitServing(process.name(), 1, START_LIMIT)
                    .get(START_LIMIT.toSeconds() + 1, TimeUnit.SECONDS)
                    .get(0);
        } catch (ExecutionException e) {
            // Says more than a timeout if the process is gone.
            process.usage();
            throw e;
        }
    }

    private void startFront(Nginx nginx, Nginx.Tuning tuning, LoopbackPorts origins, X509Certificate certificate)
            throws Exception {
        int port = LoopbackPorts.free();
        Child process = nginx.front(tuning, plan.underTestCore(), port, origins);
        running.push(process);
        LoopbackPorts.await(port, START_LIMIT);
        Http2ClientConnection connection =
                FrontConnection.dial(loop(), port, certificate).get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
        contenders.add(new Contender(process.name(), process, connection::open));
    }

    private void deleteDirectory() throws IOException {
        try (Stream<Path> found = Files.walk(directory)) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Override
    public void close() {
        for (AutoCloseable last = running.poll(); last != null; last = running.poll()) {
            try {
                last.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
