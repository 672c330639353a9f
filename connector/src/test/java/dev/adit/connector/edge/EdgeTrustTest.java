package dev.adit.connector.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.proxy.net.TlsContexts;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.Test;

final class EdgeTrustTest {
    private final X509Certificate authority;
    private final SSLEngine engine;

    EdgeTrustTest() throws GeneralSecurityException, IOException, URISyntaxException {
        authority = TlsContexts.readPem(Path.of(Objects.requireNonNull(
                                EdgeTrustTest.class.getResource("/dev/adit/connector/ingress/authority.pem"))
                        .toURI()))
                .get(0);
        engine = SSLContext.getDefault().createSSLEngine("h2.cftunnel.com", 7844);
    }

    @Test
    void saysByWhomAnUntrustedCertificateWasIssuedAndWhatToDo() throws GeneralSecurityException, IOException {
        X509ExtendedTrustManager trust = new EdgeTrust(TlsContexts.systemAnd(List.of()));

        assertThatThrownBy(() -> trust.checkServerTrusted(new X509Certificate[] {authority}, "ECDHE_ECDSA", engine))
                .isInstanceOf(EdgeTrust.UntrustedEdge.class)
                .hasMessageContaining("is not trusted")
                .hasMessageContaining("\"" + authority.getIssuerX500Principal() + "\"")
                .hasMessageContaining("adit trust fetch", "--edge-ca FILE");
    }

    @Test
    void showsWhatItTrusts() throws GeneralSecurityException, IOException {
        assertThat(new EdgeTrust(TlsContexts.only(List.of(authority))).getAcceptedIssuers())
                .containsExactly(authority);
    }
}
