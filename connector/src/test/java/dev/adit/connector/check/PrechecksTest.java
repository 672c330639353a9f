package dev.adit.connector.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.adit.connector.check.CheckRow.Component;
import dev.adit.connector.check.CheckRow.Status;
import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.edge.EdgeAuthorities;
import dev.adit.connector.edge.EdgeDialer;
import dev.adit.connector.edge.EdgeOptions;
import dev.adit.connector.edge.EdgeProxy;
import dev.adit.connector.edge.EdgeTls;
import dev.adit.connector.edge.IpVersion;
import dev.adit.connector.ingress.IngressReader;
import dev.adit.connector.ingress.IngressRule;
import dev.adit.proxy.config.ConfigNode;
import dev.adit.proxy.net.Transport;
import dev.adit.proxy.testing.ClosedPort;
import dev.adit.proxy.testing.EventLoops;
import dev.adit.proxy.testing.NamedAddresses;
import dev.adit.proxy.testing.Waiting;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The way to an edge and to origins on loopback, some of which are not there. */
final class PrechecksTest {
    private static final Transport TRANSPORT = Transport.best();
    private static final Duration LONG = Duration.ofSeconds(30);
    /** For those from whom no answer comes. */
    private static final Duration HASTY = Duration.ofSeconds(1);

    private final MultiThreadIoEventLoopGroup loops = TRANSPORT.group(2, "check");
    private final X509Bundle authority;
    private final SslContext tls;
    private final Channel edge;
    private final Channel plain;
    private final Channel silent;
    private final AtomicInteger accepted = new AtomicInteger();
    private final ClosedPort closed = new ClosedPort();
    private final int free = closed.number();
    private final Probes.Means means;
    private final Prechecks checks;

    PrechecksTest() throws Exception {
        authority = new CertificateBuilder()
                .subject("CN=authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        X509Bundle leaf = new CertificateBuilder()
                .subject("CN=edge")
                .addSanDnsName("h2.cftunnel.com")
                .buildIssuedBy(authority);
        tls = SslContextBuilder.forServer(leaf.toKeyManagerFactory()).build();
        edge = listen(tls);
        plain = listen(null);
        NamedAddresses names = new NamedAddresses(Map.of("edge.example", List.of(InetAddress.getLoopbackAddress())));
        means = new Probes.Means(
                loops.next(),
                TRANSPORT,
                names,
                new EdgeDialer(
                        TRANSPORT,
                        names,
                        EdgeTls.context(
                                EdgeAuthorities.only(List.of(authority.getCertificate())),
                                EdgeTls.KeyAgreement.CLASSIC),
                        Runnable::run));
        checks = new Prechecks(means, CheckLimits.DEFAULT);
        silent = listen(null, channel -> accepted.incrementAndGet());
    }

    @AfterEach
    void stop() throws IOException {
        closed.close();
        EventLoops.end(loops);
    }

    @Test
    void findsNothingWrongWhereAllIsWell() throws Exception {
        CheckReport report = run(List.of(edge("edge.example")), "http://127.0.0.1:" + port(plain));

        assertThat(report.rows())
                .extracting(CheckRow::component, CheckRow::status)
                .containsExactly(
                        tuple(Component.DNS, Status.PASS),
                        tuple(Component.UDP, Status.SKIP),
                        tuple(Component.TCP, Status.PASS),
                        tuple(Component.API, Status.PASS),
                        tuple(Component.ORIGIN, Status.PASS));
        assertThat(report.isHealthy()).isTrue();
    }

    @Test
    void hasSevenRowsForTwoRegions() throws Exception {
        assertThat(run(List.of(edge("edge.example"), edge("127.0.0.1")), "http_status:404")
                        .rows())
                .hasSize(7);
    }

    @Test
    void doesNotDialWhatHasNoAddress() throws Exception {
        CheckReport report = run(List.of(edge("nowhere.example")), "http_status:404");

        CheckRow dialed = row(report, Component.TCP);
        assertThat(row(report, Component.DNS).details()).isEqualTo("No addresses returned");
        assertThat(dialed.status()).isEqualTo(Status.SKIP);
        assertThat(dialed.details()).isEqualTo("DNS prerequisite failed");
        assertThat(report.isHardFailure()).isTrue();
    }

    @Test
    void tellsAnEdgeFromSomethingElseThatListens() throws Exception {
        CheckReport report = run(List.of(new EdgeAddress("127.0.0.1", free)), "http_status:404");

        CheckRow row = row(report, Component.TCP);
        assertThat(row.details()).isEqualTo("HTTP/2 connection is blocked or unreachable");
        assertThat(row.advice()).contains("127.0.0.1:" + free).containsIgnoringCase("refused");
        assertThat(report.isHardFailure()).isTrue();
    }

    @Test
    void namesTheOriginThatIsDown() throws Exception {
        CheckReport report = run(List.of(edge("edge.example")), "http://127.0.0.1:" + free);

        CheckRow row = row(report, Component.ORIGIN);
        assertThat(row.status()).isEqualTo(Status.FAIL);
        assertThat(row.advice()).contains("http://127.0.0.1:" + free);
        assertThat(report.isHardFailure()).isFalse();
        assertThat(report.isUsable()).isFalse();
    }

    @Test
    void triesThreeTimesWithinTheLimitsOfCloudflared() throws Exception {
        assertThat(CheckLimits.DEFAULT)
                .isEqualTo(new CheckLimits(
                        Duration.ofSeconds(5),
                        List.of(Duration.ofSeconds(1), Duration.ofSeconds(2)),
                        Duration.ofSeconds(10)));
        CheckLimits limits = new CheckLimits(
                Duration.ofMillis(100), List.of(Duration.ofMillis(1), Duration.ofMillis(2)), Duration.ofSeconds(30));

        CheckReport report = new Prechecks(means, limits)
                .run(new Prechecks.Plan(
                        List.of(new EdgeAddress("127.0.0.1", port(silent))),
                        new EdgeAddress("127.0.0.1", port(plain)),
                        List.of(),
                        null))
                .get(30, TimeUnit.SECONDS);

        assertThat(row(report, Component.TCP).details()).isEqualTo("HTTP/2 connection is blocked or unreachable");
        Waiting.until("three tries have arrived", () -> accepted.get() == 3);
    }

    @Test
    void neverWaitsLongerThanTheLimitOfAll() throws Exception {
        CheckLimits limits = new CheckLimits(Duration.ofMinutes(1), List.of(), Duration.ofMillis(50));

        CompletableFuture<CheckReport> running = new Prechecks(means, limits)
                .run(new Prechecks.Plan(
                        List.of(new EdgeAddress("127.0.0.1", port(silent))),
                        new EdgeAddress("127.0.0.1", port(plain)),
                        List.of(),
                        null));

        CheckReport report = running.get(30, TimeUnit.SECONDS);
        CheckRow row = row(report, Component.TCP);
        assertThat(row.details()).isEqualTo("HTTP/2 connection is blocked or unreachable");
        assertThat(row.advice())
                .isEqualTo("let this machine open TCP connections to port " + port(silent) + " of the edge (127.0.0.1:"
                        + port(silent) + "): no answer within 0.05s");
        assertThat(report.text()).contains("ERROR: " + row.advice());
        assertThat(report.isHardFailure()).isTrue();
    }

    @Test
    void saysTheSameOfNamesThatNobodyAnswersFor() throws Exception {
        CheckLimits limits = new CheckLimits(Duration.ofMinutes(1), List.of(), Duration.ofMillis(50));
        try (DatagramSocket mute = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            AddressResolverGroup<InetSocketAddress> names = new DnsAddressResolverGroup(new DnsNameResolverBuilder()
                    .datagramChannelType(TRANSPORT.datagram())
                    .queryTimeoutMillis(TimeUnit.MINUTES.toMillis(1))
                    .nameServerProvider(new SingletonDnsServerAddressStreamProvider(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), mute.getLocalPort()))));
            Probes.Means asking = new Probes.Means(means.loop(), TRANSPORT, names, means.dialer());
            List<IngressRule> rules = rules("http://origin.example:80");

            CheckReport report = new Prechecks(asking, limits)
                    .run(new Prechecks.Plan(
                            List.of(edge("edge.example")), new EdgeAddress("api.example", 443), rules, null))
                    .get(30, TimeUnit.SECONDS);

            assertThat(report.rows())
                    .filteredOn(row -> row.status() == Status.FAIL)
                    .extracting(CheckRow::component, CheckRow::details)
                    .contains(
                            tuple(Component.DNS, "No addresses returned"),
                            tuple(Component.API, "API is unreachable"),
                            tuple(Component.ORIGIN, "does not accept connections"));
            assertThat(row(report, Component.DNS).advice())
                    .contains("/etc/resolv.conf")
                    .endsWith("no answer within 0.05s");
        }
    }

    @Test
    void leavesNamesToTheProxy() throws Exception {
        EdgeProxy proxy = EdgeProxy.parse("http://127.0.0.1:" + free);
        means.dialer().through(proxy);

        CheckReport report = new Prechecks(means, new CheckLimits(Duration.ofSeconds(5), List.of(), LONG))
                .run(new Prechecks.Plan(
                        List.of(edge("nowhere.example")), new EdgeAddress("127.0.0.1", port(plain)), List.of(), proxy))
                .get(30, TimeUnit.SECONDS);

        assertThat(report.rows())
                .extracting(CheckRow::component, CheckRow::status)
                .containsExactly(
                        tuple(Component.DNS, Status.SKIP),
                        tuple(Component.UDP, Status.SKIP),
                        tuple(Component.TCP, Status.FAIL),
                        tuple(Component.API, Status.PASS),
                        tuple(Component.PROXY, Status.FAIL));
        assertThat(row(report, Component.TCP).advice())
                .startsWith("let the proxy 127.0.0.1:" + free + " open TCP connections to port " + port(edge));
        assertThat(row(report, Component.PROXY).advice()).contains("--edge-proxy");
        assertThat(report.isHardFailure()).isTrue();
    }

    @Test
    void seesThatLargePacketsArriveWhereThereIsAnEdge() throws Exception {
        Channel answering = listen(tls, channel -> {}, channel -> http2(channel, () -> {}));

        assertThat(largePackets(port(answering), LONG))
                .containsExactly(CheckRow.pass(Component.MTU, "127.0.0.1:" + port(answering), "arrive"));
    }

    @Test
    void seesThatNothingLargeArrives() throws Exception {
        // Answers what is small, and never sees what comes behind it.
        Channel hole = listen(tls, channel -> {}, channel -> http2(channel, () -> swallow(channel)));

        CheckRow row = largePackets(port(hole), HASTY).get(0);

        assertThat(row.status()).isEqualTo(Status.FAIL);
        assertThat(row.details()).isEqualTo("are lost on the way");
        assertThat(row.advice()).contains("127.0.0.1:" + port(hole), "ICMP", "mtu 1280");
        assertThat(row.isHarmful()).isTrue();
        assertThat(row.isHardFailure()).isFalse();
    }

    @Test
    void doesNotTakeAnEdgeThatAnswersNothingForAHole() throws Exception {
        assertThat(largePackets(port(edge), HASTY))
                .containsExactly(CheckRow.skip(Component.MTU, "127.0.0.1:" + port(edge), "the edge does not answer"));
    }

    @Test
    void doesNotTakeAnEdgeThatHangsUpForAHole() throws Exception {
        Channel leaving = listen(
                tls,
                channel -> {},
                channel -> channel.pipeline()
                        .get(SslHandler.class)
                        .handshakeFuture()
                        .addListener(shaken -> channel.close()));

        CheckRow row = largePackets(port(leaving), LONG).get(0);

        assertThat(row.status()).isEqualTo(Status.SKIP);
        assertThat(row.details()).isEqualTo("the edge closed the connection");
    }

    @Test
    void doesNotLookForLargePacketsWhereNotEvenSmallOnesArrive() throws Exception {
        assertThat(largePackets(free, LONG)).isEmpty();
    }

    /** The rows of an edge at {@code port}, each of whose answers may take {@code attempt}. */
    private List<CheckRow> largePackets(int port, Duration attempt) throws Exception {
        EdgeAddress at = new EdgeAddress("127.0.0.1", port);
        Prechecks patient = new Prechecks(means, new CheckLimits(LONG, List.of(), LONG));
        Prechecks.Plan plan =
                new Prechecks.Plan(List.of(at), new EdgeAddress("127.0.0.1", port(plain)), List.of(), null);
        CheckReport report = patient.run(plan).get(30, TimeUnit.SECONDS);
        return new Prechecks(means, new CheckLimits(attempt, List.of(), LONG))
                .largePackets(List.of(at, at), report)
                .get(40, TimeUnit.SECONDS);
    }

    /** The other end of what a connector opens; {@code pinged} is called before a PING is answered. */
    private static void http2(Channel channel, Runnable pinged) {
        channel.pipeline()
                .addLast(new Http2ConnectionHandlerBuilder()
                        .server(false)
                        .frameListener(new Http2EventAdapter() {
                            @Override
                            public void onPingRead(ChannelHandlerContext ctx, long data) {
                                pinged.run();
                            }
                        })
                        .build());
    }

    /** Takes what comes over {@code channel} from now on, before it is looked at. */
    private static void swallow(Channel channel) {
        String tls = channel.pipeline().context(SslHandler.class).name();
        channel.pipeline().addAfter(tls, null, new SimpleChannelInboundHandler<>(Object.class) {
            @Override
            protected void channelRead0(ChannelHandlerContext ctx, Object message) {}
        });
    }

    @Test
    void looksAtTheTwoRegionsUnlessEdgesAreGiven() {
        EdgeAddress api = Prechecks.Plan.server(URI.create("https://api.cloudflare.com/client/v4"));

        assertThat(api).isEqualTo(new EdgeAddress("api.cloudflare.com", 443));
        assertThat(Prechecks.Plan.of(found(null), api, List.of()))
                .isEqualTo(new Prechecks.Plan(
                        List.of(
                                new EdgeAddress("region1.v2.argotunnel.com", 7844),
                                new EdgeAddress("region2.v2.argotunnel.com", 7844)),
                        api,
                        List.of(),
                        null));
        assertThat(Prechecks.Plan.of(found("us"), api, List.of()).edges())
                .containsExactly(
                        new EdgeAddress("us-region1.v2.argotunnel.com", 7844),
                        new EdgeAddress("us-region2.v2.argotunnel.com", 7844));
        EdgeAddress given = new EdgeAddress("192.0.2.1", 7844);
        assertThat(Prechecks.Plan.of(EdgeOptions.at(List.of(given)), api, List.of())
                        .edges())
                .containsExactly(given);
    }

    /** An edge that is looked for. */
    private static EdgeOptions found(@Nullable String region) {
        return new EdgeOptions(List.of(), region, IpVersion.AUTO, null, null, null, EdgeOptions.DNS_OVER_TLS, null);
    }

    private CheckReport run(List<EdgeAddress> edges, String service) throws Exception {
        Prechecks.Plan plan =
                new Prechecks.Plan(edges, new EdgeAddress("127.0.0.1", port(plain)), rules(service), null);
        return checks.run(plan).get(30, TimeUnit.SECONDS);
    }

    private static List<IngressRule> rules(String service) {
        return IngressReader.local(ConfigNode.yaml("test", "ingress:\n  - service: " + service + "\n"))
                .rules();
    }

    private static CheckRow row(CheckReport report, Component component) {
        return report.rows().stream()
                .filter(row -> row.component() == component)
                .findFirst()
                .orElseThrow();
    }

    private EdgeAddress edge(String host) {
        return new EdgeAddress(host, port(edge));
    }

    private Channel listen(@Nullable SslContext tls) throws Exception {
        return listen(tls, channel -> {});
    }

    private Channel listen(@Nullable SslContext tls, Consumer<Channel> arrived) throws Exception {
        return listen(tls, arrived, channel -> {});
    }

    private Channel listen(@Nullable SslContext tls, Consumer<Channel> arrived, Consumer<Channel> above)
            throws Exception {
        return new ServerBootstrap()
                .group(loops)
                .channel(TRANSPORT.serverSocket())
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        arrived.accept(channel);
                        if (tls != null) {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        }
                        above.accept(channel);
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
    }

    private static int port(Channel channel) {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }
}
