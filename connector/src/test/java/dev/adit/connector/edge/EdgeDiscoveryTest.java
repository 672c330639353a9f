package dev.adit.connector.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.proxy.net.Transport;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Discovery against name servers on loopback. */
@Timeout(90)
final class EdgeDiscoveryTest {
    private static final String GLOBAL = "_v2-origintunneld._tcp.argotunnel.com";
    private static final EdgeAddress A = new EdgeAddress("192.0.2.1", 7844);
    private static final EdgeAddress B = new EdgeAddress("198.51.100.1", 7845);

    private final Transport transport = Transport.NIO;
    private final MultiThreadIoEventLoopGroup group = transport.group(1, "test");
    private final ExecutorService blocking = Executors.newSingleThreadExecutor();
    private final X509Bundle authority;
    private final TestNameServer plain = new TestNameServer();
    private final TestNameServer tls;
    private final Path state;

    EdgeDiscoveryTest(@TempDir Path state) throws Exception {
        this.state = state;
        authority = new CertificateBuilder()
                .subject("CN=Test authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        X509Bundle server = new CertificateBuilder()
                .subject("CN=cloudflare-dns.com")
                .addSanDnsName("cloudflare-dns.com")
                .buildIssuedBy(authority);
        tls = new TestNameServer(
                SslContextBuilder.forServer(server.toKeyManagerFactory()).build());
    }

    @AfterEach
    void stop() throws InterruptedException {
        plain.close();
        tls.close();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
        blocking.shutdown();
        // It may still be writing addresses to the directory.
        assertThat(blocking.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void takesTheFirstTwoTargetsForTheRegions() throws Exception {
        knows(plain, GLOBAL);
        plain.service(GLOBAL, new SrvRecord(9, 1, 1, "never.example"))
                .host("region1.example", "192.0.2.2")
                .host("never.example", "192.0.2.99");

        EdgeRegions found = find(options(IpVersion.AUTO, null));

        assertThat(found.first()).containsExactly(A, new EdgeAddress("192.0.2.2", 7844));
        assertThat(found.second()).containsExactly(B);
        // No TXT records: nobody switches anything from afar.
        assertThat(plain.asked()).containsExactlyInAnyOrder("SRV", "A", "AAAA");
    }

    @Test
    void asksForTheNameOfARegion() throws Exception {
        knows(plain, "_us-v2-origintunneld._tcp.argotunnel.com");

        assertThat(find(options(IpVersion.AUTO, "us")).second()).containsExactly(B);
    }

    @Test
    void doesWithOneRegionWhenTheOtherHasNoAddress() throws Exception {
        plain.service(GLOBAL, new SrvRecord(1, 1, 7844, "region1.example"))
                .service(GLOBAL, new SrvRecord(2, 1, 7845, "region2.example"))
                .host("region2.example", "198.51.100.1");

        EdgeRegions found = find(options(IpVersion.AUTO, null));

        assertThat(found.all()).containsExactly(B);
    }

    @Test
    void asksForOneFamilyOnlyWhenToldSo() throws Exception {
        knows(plain, GLOBAL);
        plain.host("region1.example", "2001:db8::1").host("region2.example", "2001:db8::2");

        assertThat(find(options(IpVersion.V6, null)).all()).hasSize(2).allMatch(EdgeAddress::isIpv6);
    }

    @Test
    void asksThroughTlsWhenTheNameServersKnowNoService() throws Exception {
        plain.host("region1.example", "192.0.2.1").host("region2.example", "198.51.100.1");
        tls.service(GLOBAL, new SrvRecord(1, 1, 7844, "region1.example"))
                .service(GLOBAL, new SrvRecord(2, 1, 7845, "region2.example"));

        assertThat(find(options(IpVersion.AUTO, null))).isEqualTo(new EdgeRegions(List.of(A), List.of(B)));
    }

    @Test
    void saysWhatBothNameServersSaid() {
        assertThatThrownBy(() -> find(options(IpVersion.AUTO, null)))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining(GLOBAL)
                .hasMessageContaining("no SRV record");
    }

    @Test
    void trustsNoNameServerWithAnotherCertificate() throws Exception {
        tls.service(GLOBAL, new SrvRecord(1, 1, 7844, "region1.example"));

        assertThatThrownBy(() -> find(options(IpVersion.AUTO, null), List.of()))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("DNS over TLS: ");
    }

    @Test
    void usesTheAddressesOfLastTimeWhenDnsIsDown() throws Exception {
        knows(plain, GLOBAL);
        EdgeRegions found = find(options(IpVersion.AUTO, null));
        // The file is written behind the answer, by the one thread that this waits for.
        blocking.submit(() -> {}).get(30, TimeUnit.SECONDS);
        plain.forget();

        assertThat(find(options(IpVersion.AUTO, null))).isEqualTo(found);
        assertThat(Files.readAllLines(state.resolve("edge-addresses")))
                .containsExactly("1 192.0.2.1:7844", "2 198.51.100.1:7845");
    }

    @Test
    void keepsTheAddressesOfRegionsApart() throws Exception {
        knows(plain, GLOBAL);
        find(options(IpVersion.AUTO, null));
        blocking.submit(() -> {}).get(30, TimeUnit.SECONDS);
        plain.forget();

        assertThatThrownBy(() -> find(options(IpVersion.AUTO, "us"))).hasMessageContaining("no SRV record");
        try (Stream<Path> files = Files.list(state)) {
            assertThat(files).containsExactly(state.resolve("edge-addresses"));
        }
    }

    @Test
    void saysWhatNameServersSaidWhenTheSavedAddressesAreDamaged() throws Exception {
        Files.writeString(state.resolve("edge-addresses"), "1 nonsense\n");

        assertThatThrownBy(() -> find(options(IpVersion.AUTO, null))).hasMessageContaining("no SRV record");
    }

    @Test
    void asksNobodyWhenTheEdgeIsGiven() throws Exception {
        assertThat(find(EdgeOptions.at(List.of(A, B)))).isEqualTo(new EdgeRegions(List.of(A), List.of(B)));
    }

    private static void knows(TestNameServer server, String name) {
        server.service(name, new SrvRecord(2, 1, 7845, "region2.example"))
                .service(name, new SrvRecord(1, 1, 7844, "region1.example"))
                .host("region1.example", "192.0.2.1")
                .host("region2.example", "198.51.100.1");
    }

    private EdgeOptions options(IpVersion version, @Nullable String region) {
        return new EdgeOptions(List.of(), region, version, null, state, plain.address(), tls.address(), null);
    }

    private EdgeRegions find(EdgeOptions options) throws Exception {
        return find(options, List.of(authority.getCertificate()));
    }

    private EdgeRegions find(EdgeOptions options, List<X509Certificate> trusted) throws Exception {
        return new EdgeSources(transport, group.next(), blocking)
                .of(options, trusted)
                .find()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }
}
