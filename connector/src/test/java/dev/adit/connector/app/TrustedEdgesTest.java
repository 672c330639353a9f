package dev.adit.connector.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.edge.EdgeOptions;
import dev.adit.connector.edge.EdgeTls.KeyAgreement;
import dev.adit.connector.edge.IpVersion;
import dev.adit.connector.wire.TunnelSecret;
import dev.adit.connector.wire.TunnelToken;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrustedEdgesTest {
    private final Path directory;
    private final X509Bundle one = authority("CN=One");
    private final X509Bundle two = authority("CN=Two");

    TrustedEdgesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void addsTheAuthoritiesOfAFile() throws IOException {
        assertThat(TrustedEdges.of(options(null, pem("one.pem", one))).certificates())
                .containsExactly(one.getCertificate());
        assertThat(TrustedEdges.of(options(null, null)).certificates()).isEmpty();
    }

    @Test
    void trustsOneFileAloneIfItIsToldTo() throws IOException {
        assertThat(TrustedEdges.of(options(pem("two.pem", two), pem("one.pem", one)))
                        .certificates())
                .containsExactly(two.getCertificate());
    }

    @Test
    void doesNotBelieveWhatLiesInTheStateDirectoryAndIsNoAuthorityOfTheEdge() throws IOException {
        pem("edge-authorities.pem", one);

        assertThat(TrustedEdges.of(options(null, null)).certificates()).isEmpty();
    }

    @Test
    void namesTheFileThatIsNone() throws IOException {
        Path bad = Files.writeString(directory.resolve("bad.pem"), "no certificate");

        assertThatThrownBy(() -> TrustedEdges.of(options(null, bad)))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith("--edge-ca " + bad + " is not a PEM file of certificates");
    }

    private Path pem(String name, X509Bundle bundle) throws IOException {
        return Files.writeString(directory.resolve(name), bundle.getCertificatePEM());
    }

    private ConnectorOptions options(@Nullable Path alone, @Nullable Path more) {
        return new ConnectorOptions(
                new TunnelToken("account", new UUID(1, 2), TunnelSecret.of(new byte[32]), null),
                new EdgeOptions(
                        List.of(new EdgeAddress("127.0.0.1", 1)),
                        null,
                        IpVersion.AUTO,
                        null,
                        directory,
                        null,
                        EdgeOptions.DNS_OVER_TLS),
                alone,
                null,
                1,
                Duration.ZERO,
                Map.of(),
                Timings.DEFAULT,
                new EdgeSecurity(more, KeyAgreement.CLASSIC),
                Presence.DEFAULT);
    }

    private static X509Bundle authority(String name) {
        try {
            return new CertificateBuilder()
                    .subject(name)
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
