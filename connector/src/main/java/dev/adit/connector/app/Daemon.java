package dev.adit.connector.app;

import dev.adit.connector.admin.AdminAddress;
import dev.adit.connector.admin.AdminAnswer;
import dev.adit.connector.admin.Endpoint;
import dev.adit.connector.admin.Endpoints;
import dev.adit.connector.check.CheckReport;
import dev.adit.connector.check.Prechecks;
import dev.adit.connector.control.ControlEndpoints;
import dev.adit.connector.control.Controls;
import dev.adit.connector.control.Traffic;
import dev.adit.connector.control.TrafficEndpoints;
import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.edge.EdgeAddresses;
import dev.adit.connector.edge.EdgeAuthorities;
import dev.adit.connector.edge.EdgeDialer;
import dev.adit.connector.edge.EdgeOptions;
import dev.adit.connector.edge.EdgeProxy;
import dev.adit.connector.edge.EdgeSource;
import dev.adit.connector.edge.EdgeSources;
import dev.adit.connector.edge.FreshNames;
import dev.adit.connector.handover.Predecessor;
import dev.adit.connector.handover.ServiceManager;
import dev.adit.connector.handover.Watchdog;
import dev.adit.connector.ingress.Ingress;
import dev.adit.connector.ingress.IngressReader;
import dev.adit.connector.ingress.RemoteConfig;
import dev.adit.connector.ingress.SavedConfig;
import dev.adit.connector.metrics.ConnectorMetrics;
import dev.adit.connector.metrics.LoopMetrics;
import dev.adit.connector.status.ConnectionBoard;
import dev.adit.connector.status.StatusEndpoints;
import dev.adit.connector.supervise.Announcements;
import dev.adit.connector.supervise.TunnelSupervisor;
import dev.adit.connector.tunnel.Tunnel;
import dev.adit.connector.wire.RegistrationRequest;
import dev.adit.proxy.access.AccessGate;
import dev.adit.proxy.access.HttpsKeySource;
import dev.adit.proxy.engine.AccessLog;
import dev.adit.proxy.engine.EngineContext;
import dev.adit.proxy.engine.Flows;
import dev.adit.proxy.engine.ProxyEngine;
import dev.adit.proxy.net.LoopLocal;
import dev.adit.proxy.net.Transport;
import dev.adit.proxy.upstream.Dialer;
import dev.adit.proxy.upstream.OriginTls;
import dev.adit.proxy.upstream.Upstreams;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds everything that a connector is made of, starts it, and stops it in reverse order. */
public final class Daemon implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Daemon.class);

    /** What this connector can do, in the words of the protocol: take pushed rules, and pack response headers. */
    private static final List<String> FEATURES = List.of("allow_remote_config", "serialized_headers");

    /** Four HA connections need no more, and each loop keeps origin connections of its own. */
    private static final int MAX_LOOPS = 4;

    /** cloudflared's limit for what is being answered when all else has ended. */
    private static final Duration ADMIN_CLOSE = Duration.ofSeconds(15);

    /** The same when another process waits for the address. */
    private static final Duration YIELD = Duration.ofSeconds(5);

    private final MultiThreadIoEventLoopGroup loops;
    private final ExecutorService blocking;
    private final TunnelSupervisor supervisor;
    private final EventLoop supervising;
    private final StartChecks checks;
    private final ConnectorMetrics metrics;
    private final RemoteConfig config;
    private final Duration gracePeriod;
    private final LocalServers servers;
    private final ServiceManager manager;
    private final LifeCycle life;

    /** Builds the connector of a process that does not remember what it logged. */
    public Daemon(ConnectorOptions options) {
        this(options, List::of);
    }

    /**
     * Builds the connector; nothing is dialed yet.
     *
     * @param recentLog gives the last lines of the log, for any thread
     * @throws BadInput if a file can't be read or says what can't be used
     */
    Daemon(ConnectorOptions options, Supplier<List<String>> recentLog) {
        Ingress ingress = options.ingress() == null ? IngressReader.unavailable() : options.ingress();
        EdgeAuthorities trusted = TrustedEdges.of(
                options.caCert(), options.security(), options.edge().stateDirectory());
        Transport transport = Transport.best();
        int cores = Runtime.getRuntime().availableProcessors();
        blocking = Executors.newFixedThreadPool(2, new DefaultThreadFactory("adit-blocking", true));
        loops = transport.group(Math.min(MAX_LOOPS, cores), "adit-loop");
        AddressResolverGroup<InetSocketAddress> resolver = FreshNames.of(transport);
        Path state = options.edge().stateDirectory();
        config = state == null
                ? new RemoteConfig(ingress)
                : new RemoteConfig(
                        ingress, new SavedConfig(state, options.token().tunnelId()));
        OriginTls originTls = new OriginTls(blocking);
        AccessGate gate = new AccessGate(blocking, new HttpsKeySource(), Clock.systemUTC());
        config.onChange(rules -> {
            // The authorities in a file may be others now, too.
            originTls.forget();
            rules.rules().stream()
                    .map(rule -> rule.route().access())
                    .filter(Objects::nonNull)
                    .forEach(gate::prepare);
        });
        EngineContext context = new EngineContext(
                new Flows(() -> options.limits(config.ingress().warpRouting())), gate);
        metrics = new ConnectorMetrics(options.connections());
        Traffic traffic = new Traffic(Clock.systemUTC());
        LoopLocal<ProxyEngine> engines = new LoopLocal<>(loops, loop -> {
            LoopMetrics counted = metrics.addLoop();
            Dialer origins = new Dialer(transport, loop, resolver, originTls).observedBy(counted);
            return new ProxyEngine(
                    config::routes, new Upstreams(loop, origins), context, traffic.on(loop, new AccessLog(counted)));
        });
        supervising = loops.next();
        EdgeAddresses addresses = new EdgeAddresses(
                edgeSource(new EdgeSources(transport, supervising, blocking), options.edge(), trusted.certificates()),
                options.edge().dialedVersion(),
                supervising);
        EdgeDialer dialer = new EdgeDialing(
                        options.edge(), trusted, options.security().agreement())
                .dialer(transport, resolver, blocking);
        dialer.giveUpAfter(options.timings().tunnel().dial());
        EdgeProxy proxy = options.edge().proxy();
        if (proxy != null) {
            log.info("The edge is reached through the proxy {}", proxy);
        }
        Prechecks prechecks = new Prechecks(supervising, transport, resolver, dialer);
        EdgeAddress api = options.checkedApi();
        checks = new StartChecks(
                supervising,
                () -> api == null
                        ? CompletableFuture.<Void>completedFuture(null)
                        : prechecks
                                .run(Prechecks.Plan.of(
                                        options.edge(), api, config.ingress().rules()))
                                .thenAcceptAsync(CheckReport::log, blocking));
        Tunnel tunnel = new Tunnel(
                options.token(),
                new RegistrationRequest.Client(
                        UUID.randomUUID(),
                        options.presence()
                                .allFeatures(FEATURES, options.security().agreement()),
                        Version.text(),
                        Version.arch()),
                config,
                options.shownFlags(),
                dialer,
                engines,
                blocking,
                options.timings().tunnel(),
                options.presence().tunnelTags(),
                metrics.wire());
        ConnectionBoard board = new ConnectionBoard(options.connections(), Clock.systemUTC());
        Endpoints status = StatusEndpoints.of(
                        new StatusEndpoints.Self(
                                options.token().tunnelId(),
                                tunnel.client().id(),
                                Version.text(),
                                options.admin().settings()),
                        new StatusEndpoints.Live(board::status, config, options.presence()::quickHostname, loops),
                        blocking)
                .get(
                        "/diag/log",
                        Endpoint.now(request -> AdminAnswer.text(200, String.join("\n", recentLog.get()) + "\n")))
                .get("/metrics", metrics.endpoint(Version.text(), board::status, config::version, blocking))
                .addAll(TrafficEndpoints.of(traffic, config::ingress));
        gracePeriod = options.gracePeriod();
        servers = new LocalServers(
                new LocalServers.Places(
                        options.admin().address(), options.life().controlSocket()),
                status,
                Predecessor.endpoints(ProcessHandle.current().pid(), this::yieldTo),
                new LocalServers.LoopOf(transport, loops.next()));
        manager = new ServiceManager(System.getenv());
        life = new LifeCycle(options.life(), board::status, servers, manager);
        supervisor = new TunnelSupervisor(
                tunnel,
                addresses,
                new TunnelSupervisor.Loops(loops, supervising),
                new TunnelSupervisor.Plan(
                        options.connections(),
                        options.timings().retry(),
                        new Announcements(List.of(board, metrics.tunnel(), life, checks))));
        log.info("Starting tunnel tunnelID={}", options.token().tunnelId());
        log.info("Version {} transport={}", Version.text(), transport);
        log.info(
                "GOOS: {}, Java: {}, GoArch: {}",
                Version.arch().split("_", 2)[0],
                Runtime.version(),
                Version.arch().split("_", 2)[1]);
        log.info("Generated Connector ID: {}", tunnel.client().id());
        if (!options.presence().label().isEmpty()) {
            log.info("Connector label={}", options.presence().label());
        }
        log.info("Initial protocol http2");
    }

    /**
     * Opens the local HTTP server, unless another process has to yield it first, then dials; the result is that of {@link
     * TunnelSupervisor#start()}, which a report of the surroundings precedes if it is a failure.
     *
     * @throws BadInput if the server's address can't be had
     */
    public CompletableFuture<@Nullable String> start() {
        try {
            life.start();
        } catch (IOException e) {
            throw new BadInput(String.valueOf(e.getMessage()));
        }
        Watchdog.start(loops, manager);
        checks.start();
        return checks.before(supervisor.start());
    }

    /** Lets users of this machine tell {@code controls} what to do; to be called before {@link #start()}. */
    void controlledBy(Controls controls) {
        servers.add(ControlEndpoints.of(controls));
    }

    /** Where the local HTTP server listens; null before it does. */
    public @Nullable AdminAddress adminAddress() {
        return servers.address();
    }

    /** What the process does beside serving. */
    LifeCycle life() {
        return life;
    }

    /** Puts the rules of this machine in force for requests to come, and tells the edge; false if the edge's own count. */
    public boolean replaceRules(Ingress ingress) {
        boolean inForce = config.replaceLocal(ingress);
        supervisor.localConfigurationChanged();
        return inForce;
    }

    /** Ends all connections gracefully, at the latest after {@code grace}; the result of {@link #start()} follows. */
    public void drain(Duration grace) {
        supervisor.drain(grace);
    }

    /** Lets another process have the local addresses, and ends; what this gives completes when they are free. */
    private CompletionStage<Void> yieldTo(String successor) {
        log.info("Initiating graceful shutdown because process {} takes over", successor);
        life.yielded();
        drain(gracePeriod);
        return servers.close(YIELD);
    }

    @Override
    public void close() {
        servers.close(ADMIN_CLOSE).join();
        life.close();
        metrics.close();
        // Without a quiet period a loop that is busy just then, say with a handshake, ends without closing its
        // channels.
        loops.shutdownGracefully(1, 2000, TimeUnit.MILLISECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        blocking.shutdownNow();
    }

    private static EdgeSource edgeSource(EdgeSources sources, EdgeOptions options, List<X509Certificate> trusted) {
        try {
            return sources.of(options, trusted);
        } catch (GeneralSecurityException | IOException e) {
            throw new BadInput("TLS towards name servers can't be set up: " + e.getMessage());
        }
    }

    /** The JDK's file exceptions name the file again and often nothing else. */
    static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        return String.valueOf(e.getMessage());
    }
}
