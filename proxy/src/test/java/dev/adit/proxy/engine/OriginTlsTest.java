package dev.adit.proxy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.route.OriginOptions;
import dev.adit.proxy.route.Target;
import dev.adit.proxy.testing.EngineHarness;
import dev.adit.proxy.testing.H2Client;
import dev.adit.proxy.testing.H2Stream;
import dev.adit.proxy.testing.OriginOptionsBuilder;
import dev.adit.proxy.testing.RawOrigin;
import dev.adit.proxy.testing.RawPeer;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Origins behind TLS: whom the engine trusts, and what it does if it can't. */
final class OriginTlsTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private final X509Bundle authority;
    private final SSLContext server = SSLContext.getInstance("TLS");
    private final OriginOptions trusting;

    OriginTlsTest(@TempDir Path folder) throws Exception {
        authority = new CertificateBuilder()
                .subject("CN=authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        X509Bundle leaf = new CertificateBuilder()
                .subject("CN=origin")
                .addSanDnsName("origin.test")
                .buildIssuedBy(authority);
        server.init(leaf.toKeyManagerFactory().getKeyManagers(), null, null);
        Path pem = Files.writeString(folder.resolve("ca.pem"), authority.getCertificatePEM());
        trusting = new OriginOptionsBuilder().caPool(pem).build();
    }

    @Test
    void trustsTheAuthoritiesOfTheRule() {
        assertThat(statusFrom("origin.test", trusting)).isEqualTo("200");
    }

    @Test
    void doesNotTrustOthers() {
        assertThat(statusFrom("origin.test", OriginOptions.DEFAULT)).isEqualTo("502");
    }

    @Test
    void doesNotTakeACertificateForAnotherName() {
        assertThat(statusFrom("127.0.0.1", trusting)).isEqualTo("502");
    }

    @Test
    void checksTheNameThatTheRuleGives() {
        Path pem = java.util.Objects.requireNonNull(trusting.caPool());

        assertThat(statusFrom(
                        "127.0.0.1",
                        new OriginOptionsBuilder()
                                .caPool(pem)
                                .originServerName("origin.test")
                                .build()))
                .isEqualTo("200");
        assertThat(statusFrom(
                        "origin.test",
                        new OriginOptionsBuilder()
                                .caPool(pem)
                                .originServerName("other.test")
                                .build()))
                .isEqualTo("502");
    }

    @Test
    void takesAnyCertificateIfTheRuleSaysSo() {
        assertThat(statusFrom(
                        "127.0.0.1", new OriginOptionsBuilder().noTlsVerify().build()))
                .isEqualTo("200");
    }

    @Test
    void answers502IfTheAuthoritiesCannotBeRead() {
        assertThat(statusFrom(
                        "origin.test",
                        new OriginOptionsBuilder()
                                .caPool(Path.of("missing.pem"))
                                .build()))
                .isEqualTo("502");
    }

    @Test
    void answers502IfTheHandshakeTakesTooLong() {
        try (RawOrigin silent = new RawOrigin(RawPeer::readToEnd)) {
            assertThat(statusFrom(
                            new Target.HttpOrigin(true, "127.0.0.1", silent.port()),
                            new OriginOptionsBuilder()
                                    .tlsTimeout(Duration.ofMillis(200))
                                    .build()))
                    .isEqualTo("502");
        }
    }

    @Test
    void answers502IfTheOriginSpeaksNoTls() {
        try (RawOrigin plain = new RawOrigin(peer -> {
            peer.write("SSH-2.0-x\r\n");
            peer.readToEnd();
        })) {
            assertThat(statusFrom(new Target.HttpOrigin(true, "127.0.0.1", plain.port()), trusting))
                    .isEqualTo("502");
        }
    }

    @Test
    void answers502IfTheOriginClosesInTheHandshake() {
        try (RawOrigin closing = new RawOrigin(peer -> peer.read(1))) {
            assertThat(statusFrom(new Target.HttpOrigin(true, "127.0.0.1", closing.port()), trusting))
                    .isEqualTo("502");
        }
    }

    @Test
    void passesManyBytesThroughTls() {
        String large = "x".repeat(3_000_000);
        try (RawOrigin origin = RawOrigin.overTls(server, peer -> {
                    peer.readHead();
                    assertThat(peer.read(3_000_000)).isEqualTo(large);
                    peer.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + large);
                });
                EngineHarness engine =
                        new EngineHarness(new Target.HttpOrigin(true, "origin.test", origin.port()), trusting);
                H2Client client = engine.client()) {
            H2Stream stream = client.open("POST", "/", "content-length", "3000000");

            assertThat(stream.send(large).end().response().body()).isEqualTo(large);
        }
    }

    private String statusFrom(String host, OriginOptions options) {
        try (RawOrigin origin = RawOrigin.overTls(server, peer -> {
            while (true) {
                peer.readHead();
                peer.write(OK);
            }
        })) {
            return statusFrom(new Target.HttpOrigin(true, host, origin.port()), options);
        }
    }

    private static String statusFrom(Target target, OriginOptions options) {
        try (EngineHarness engine = new EngineHarness(target, options);
                H2Client client = engine.client()) {
            String status = client.request("GET", "/").response().status();
            engine.awaitNoStreams();
            return status;
        }
    }
}
