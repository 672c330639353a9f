package dev.adit.connector.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.adit.connector.check.CheckRow.Component;
import dev.adit.connector.check.CheckRow.Status;
import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.edge.EdgeAuthorities;
import dev.adit.connector.edge.EdgeDialer;
import dev.adit.connector.edge.EdgeTls;
import dev.adit.connector.ingress.IngressReader;
import dev.adit.connector.ingress.IngressRule;
import dev.adit.proxy.config.ConfigNode;
import dev.adit.proxy.net.Transport;
import dev.adit.proxy.testing.NamedAddresses;
import dev.adit.proxy.testing.Waiting;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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

    private final MultiThreadIoEventLoopGroup loops = TRANSPORT.group(2, "check");
    private final X509Bundle authority;
    private final Channel edge;
    private final Channel plain;
    private final Channel silent;
    private final AtomicInteger accepted = new AtomicInteger();
    private final int free;
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
        edge = listen(SslContextBuilder.forServer(leaf.toKeyManagerFactory()).build());
        plain = listen(null);
        Channel closed = listen(null);
        free = port(closed);
        closed.close().get(10, TimeUnit.SECONDS);
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
    void stop() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
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
                        List.of()))
                .get(30, TimeUnit.SECONDS);

        assertThat(row(report, Component.TCP).details()).isEqualTo("HTTP/2 connection is blocked or unreachable");
        Waiting.until("three tries have arrived", () -> accepted.get() == 3);
    }

    @Test
    void neverWaitsLongerThanTheLimitOfAll() throws Exception {
        CheckLimits limits = new CheckLimits(Duration.ofMinutes(1), List.of(), Duration.ofMillis(50));

        CompletableFuture<CheckReport> report = new Prechecks(means, limits)
                .run(new Prechecks.Plan(
                        List.of(new EdgeAddress("127.0.0.1", port(silent))),
                        new EdgeAddress("127.0.0.1", port(plain)),
                        List.of()));

        CheckRow row = row(report.get(30, TimeUnit.SECONDS), Component.TCP);
        assertThat(row.details()).isEqualTo("no answer within 0.05s");
        assertThat(row.advice()).contains("127.0.0.1:" + port(silent), "swallows packets");
    }

    private CheckReport run(List<EdgeAddress> edges, String service) throws Exception {
        List<IngressRule> rules = IngressReader.local(
                        ConfigNode.yaml("test", "ingress:\n  - service: " + service + "\n"))
                .rules();
        Prechecks.Plan plan = new Prechecks.Plan(edges, new EdgeAddress("127.0.0.1", port(plain)), rules);
        return checks.run(plan).get(30, TimeUnit.SECONDS);
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
