package dev.adit.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TlsContextsTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void readsAllCertificatesOfAFile() throws Exception {
        X509Bundle one = new CertificateBuilder()
                .subject("CN=one")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        X509Bundle two = new CertificateBuilder()
                .subject("CN=two")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();

        assertThat(TlsContexts.readPem(file(one.getCertificatePEM() + two.getCertificatePEM())))
                .containsExactly(one.getCertificate(), two.getCertificate());
    }

    @Test
    void trustsWhatItWasGivenAndNothingElse() throws Exception {
        X509Bundle one = new CertificateBuilder()
                .subject("CN=one")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();

        assertThat(TlsContexts.only(List.of(one.getCertificate())).getAcceptedIssuers())
                .containsExactly(one.getCertificate());
    }

    @Test
    void namesAFileThatIsMissing() {
        Path missing = folder.resolve("missing.pem");

        assertThatThrownBy(() -> TlsContexts.readPem(missing))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("missing.pem");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello", "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n"})
    void namesAFileWithoutCertificates(String content) throws IOException {
        Path file = file(content);

        assertThatThrownBy(() -> TlsContexts.readPem(file))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining(file.toString());
    }

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("ca.pem"), content);
    }
}
