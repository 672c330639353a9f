package dev.adit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.edge.EdgeAddresses;
import dev.adit.connector.edge.EdgeAuthorities;
import dev.adit.connector.edge.EdgeDialer;
import dev.adit.connector.edge.EdgeOptions;
import dev.adit.connector.edge.EdgeSources;
import dev.adit.connector.edge.EdgeTls;
import dev.adit.connector.ingress.IngressReader;
import dev.adit.connector.ingress.RemoteConfig;
import dev.adit.connector.supervise.RetryTimes;
import dev.adit.connector.supervise.TunnelEvents;
import dev.adit.connector.supervise.TunnelSupervisor;
import dev.adit.connector.tunnel.Tunnel;
import dev.adit.connector.tunnel.TunnelTimes;
import dev.adit.connector.tunnel.WireBytes;
import dev.adit.connector.wire.RegistrationRequest;
import dev.adit.connector.wire.TunnelToken;
import dev.adit.edgesim.EdgeSim;
import dev.adit.edgesim.EdgeSimOptions;
import dev.adit.edgesim.fault.Fault;
import dev.adit.edgesim.fault.FaultOrder;
import dev.adit.edgesim.fault.Scope;
import dev.adit.edgesim.link.Ending;
import dev.adit.edgesim.tunnel.TunnelSpec;
import dev.adit.proxy.access.AccessGate;
import dev.adit.proxy.access.HttpsKeySource;
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
import io.netty.resolver.DefaultAddressResolverGroup;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two hundred connectors that lose their edge at the same moment. */
@Timeout(300)
final class SpreadIT {
    private static final int CONNECTORS = 200;
    private static final Duration REGISTRATION_LIMIT = Duration.ofMinutes(2);
    /** The first retry after a cut comes within that. */
    private static final Duration CUT_WINDOW = Duration.ofSeconds(1);

    /** While nothing is up, one index dials within that. */
    private static final Duration LOST_WINDOW = Duration.ofSeconds(2);

    private static final Duration GONE = Duration.ofSeconds(4);

    private final Transport transport = Transport.best();
    private final MultiThreadIoEventLoopGroup loops = transport.group(2, "spread");
    private final ExecutorService blocking = Executors.newFixedThreadPool(2);
    /** Nanoseconds at which the simulator accepted a connection. */
    private final Queue<Long> arrivals = new ConcurrentLinkedQueue<>();

    /** Tries of the connectors, also those that reach nobody. */
    private final AtomicLong dials = new AtomicLong();

    private EdgeSim sim;

    SpreadIT() throws Exception {
        sim = EdgeSim.start(
                EdgeSimOptions.of(TunnelSpec.of("spread", List.of("spread.example.test"), "http://127.0.0.1:1")));
    }

    @BeforeEach
    void start() throws Exception {
        sim.loop()
                .submit(() -> sim.faultDesk().onArrival(() -> arrivals.add(System.nanoTime())))
                .get(10, TimeUnit.SECONDS);
        RemoteConfig config = new RemoteConfig(IngressReader.unavailable());
        EdgeDialer dialer = new EdgeDialer(
                transport,
                DefaultAddressResolverGroup.INSTANCE,
                EdgeTls.context(EdgeAuthorities.only(List.of(sim.ca())), EdgeTls.KeyAgreement.CLASSIC),
                blocking);
        OriginTls originTls = new OriginTls(blocking);
        EngineContext context = new EngineContext(
                new Flows(() -> config.ingress().warpRouting().limits()),
                new AccessGate(blocking, new HttpsKeySource(), Clock.systemUTC()));
        LoopLocal<ProxyEngine> engines = new LoopLocal<>(
                loops,
                loop -> new ProxyEngine(
                        config::routes,
                        new Upstreams(
                                loop, new Dialer(transport, loop, DefaultAddressResolverGroup.INSTANCE, originTls)),
                        context));
        TunnelToken token = TunnelToken.parse(sim.token("spread"));
        for (int i = 0; i < CONNECTORS; i++) {
            Tunnel tunnel = new Tunnel(
                    token,
                    new RegistrationRequest.Client(UUID.randomUUID(), List.of(), "0", "test"),
                    config,
                    Map.of(),
                    dialer,
                    engines,
                    blocking,
                    TunnelTimes.DEFAULT,
                    List.of(),
                    new WireBytes(1));
            supervisor(tunnel, loops.next()).start();
        }
        awaitAll();
    }

    private TunnelSupervisor supervisor(Tunnel tunnel, EventLoop loop) throws Exception {
        InetSocketAddress edge = sim.tunnelAddresses().get(0);
        EdgeOptions at = EdgeOptions.at(List.of(new EdgeAddress(edge.getHostString(), edge.getPort())));
        EdgeAddresses addresses = new EdgeAddresses(
                new EdgeSources(transport, loop, blocking).of(at, List.of()), at.dialedVersion(), loop);
        return new TunnelSupervisor(
                tunnel,
                addresses,
                new TunnelSupervisor.Loops(loops, loop),
                new TunnelSupervisor.Plan(1, RetryTimes.DEFAULT, new TunnelEvents() {
                    @Override
                    public void dialing(int connIndex, EdgeAddress address) {
                        dials.incrementAndGet();
                    }
                }));
    }

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
        blocking.shutdownNow();
        sim.close();
    }

    @Test
    void arriveAtDifferentTimesWhenAllAreCutAndWhenTheEdgeComesBack() throws Exception {
        // Registered for so long that the loss is no failure, but for a few that may just have come.
        outlast(RetryTimes.DEFAULT.stable());
        arrivals.clear();

        sim.inject(new Fault.CutAll(Ending.RST));
        awaitAll();

        assertSpread(CUT_WINDOW);

        String region = sim.regions().names().get(0);
        sim.inject(FaultOrder.of(new Fault.RegionLoss()).in(new Scope.OfRegion(region)));
        dials.set(0);
        outlast(GONE);
        long refused = dials.get();
        arrivals.clear();
        sim.heal();
        awaitAll();

        // Nobody spins while nobody listens: about one dial a second each.
        assertThat(refused).isLessThan(CONNECTORS * 20L);
        assertSpread(LOST_WINDOW);
    }

    /**
     * The first arrivals, as many as there are connectors, take a good part of {@code window}, and no tenth of it has much
     * more than its share: even draws give each tenth a tenth, with a deviation of 2 in 100.
     */
    private void assertSpread(Duration window) {
        List<Long> times = arrivals.stream().sorted().limit(CONNECTORS).toList();
        assertThat(times).hasSize(CONNECTORS);
        long tenth = window.toNanos() / 10;
        int most = 0;
        for (int from = 0, to = 0; to < times.size(); to++) {
            while (times.get(to) - times.get(from) > tenth) {
                from++;
            }
            most = Math.max(most, to - from + 1);
        }
        assertThat(most).as("arrivals in the fullest tenth of %s", window).isLessThan(CONNECTORS / 2);
        long first = times.get(CONNECTORS / 10);
        long last = times.get(CONNECTORS * 9 / 10);
        assertThat(Duration.ofNanos(last - first)).isGreaterThanOrEqualTo(window.dividedBy(3));
    }

    private void awaitAll() {
        sim.awaitServing("spread", CONNECTORS, REGISTRATION_LIMIT).join();
    }

    /** Waits by the clock of the event loops. */
    private void outlast(Duration time) {
        loops.next().schedule(() -> {}, time.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }
}
