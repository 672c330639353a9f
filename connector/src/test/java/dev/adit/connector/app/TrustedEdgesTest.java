package dev.adit.connector.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.connector.edge.EdgeAuthorities;
import dev.adit.connector.edge.EdgeTls.KeyAgreement;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        assertThat(trusted(null, pem("one.pem", one)).certificates()).containsExactly(one.getCertificate());
        assertThat(trusted(null, null).certificates()).isEmpty();
    }

    @Test
    void trustsOneFileAloneIfItIsToldTo() throws IOException {
        assertThat(trusted(pem("two.pem", two), pem("one.pem", one)).certificates())
                .containsExactly(two.getCertificate());
    }

    @Test
    void doesNotBelieveWhatLiesInTheStateDirectoryAndIsNoAuthorityOfTheEdge() throws IOException {
        pem("edge-authorities.pem", one);

        assertThat(trusted(null, null).certificates()).isEmpty();
    }

    @Test
    void namesTheFileThatIsNone() throws IOException {
        Path bad = Files.writeString(directory.resolve("bad.pem"), "no certificate");

        assertThatThrownBy(() -> trusted(null, bad))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith("--edge-ca " + bad + " is not a PEM file of certificates");
    }

    private Path pem(String name, X509Bundle bundle) throws IOException {
        return Files.writeString(directory.resolve(name), bundle.getCertificatePEM());
    }

    private EdgeAuthorities trusted(@Nullable Path alone, @Nullable Path more) {
        return TrustedEdges.of(alone, new EdgeSecurity(more, KeyAgreement.CLASSIC), directory);
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
