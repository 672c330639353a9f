package dev.adit.connector.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.adit.connector.edge.EdgePins;
import dev.adit.connector.edge.SavedAuthorities;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Authorities from a server on loopback: right ones, wrong ones, and none. */
@Timeout(60)
final class TrustFetchTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final X509Bundle wanted = authority("CN=Wanted authority");
    private final X509Bundle wrong = authority("CN=Wrong authority");
    private final EdgePins pins = new EdgePins(Set.of(EdgePins.fingerprint(wanted.getCertificate())));
    private final HttpsServer server;
    private final TrustFetch fetch;

    TrustFetchTest() throws Exception {
        X509Bundle web = authority("CN=Web authority");
        X509Bundle leaf = new CertificateBuilder()
                .subject("CN=localhost")
                .addSanDnsName("localhost")
                .buildIssuedBy(web);
        SSLContext serverTls = SSLContext.getInstance("TLS");
        serverTls.init(leaf.toKeyManagerFactory().getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(serverTls));
        server.start();
        SSLContext clientTls = SSLContext.getInstance("TLS");
        clientTls.init(null, web.toTrustManagerFactory().getTrustManagers(), null);
        fetch = new TrustFetch(new WebClient("test", clientTls, LIMIT), pins);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void takesTheAuthorityThatIsKnownOutOfAnyText() throws Exception {
        serve("const roots = `" + wanted.getCertificatePEM() + "`\n");

        assertThat(fetch.fetch(address())).containsExactly(wanted.getCertificate());
    }

    @Test
    void refusesAnotherCertificateAndNamesIt() throws Exception {
        serve(wanted.getCertificatePEM() + wrong.getCertificatePEM());

        assertThatThrownBy(() -> fetch.fetch(address()))
                .isInstanceOf(AccountFailure.class)
                .hasMessageContaining("none of the edge's authorities: CN=Wrong authority, SHA-256 ")
                .hasMessageContaining(EdgePins.fingerprint(wrong.getCertificate()));
    }

    @Test
    void refusesTextWithoutACertificate() throws Exception {
        serve("nothing here");
        assertThatThrownBy(() -> fetch.fetch(address())).hasMessageEndingWith("has no certificate in PEM");
    }

    @Test
    void refusesACertificateThatIsNone() throws Exception {
        serve("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        assertThatThrownBy(() -> fetch.fetch(address())).hasMessageContaining("a certificate that can't be read");
    }

    @Test
    void saysWhatTheServerAnswered() {
        assertThatThrownBy(() -> fetch.fetch(address())).hasMessageEndingWith(" answers with status 404");
    }

    @Test
    void refusesAServerThatIsNotTrusted() throws Exception {
        serve(wanted.getCertificatePEM());
        TrustFetch asOthers = new TrustFetch(new WebClient("test", null, LIMIT), pins);

        assertThatThrownBy(() -> asOthers.fetch(address()))
                .isInstanceOf(AccountFailure.class)
                .hasMessageContaining("can't be asked: ");
    }

    @Test
    void refusesAnAnswerWithoutEnd() throws Exception {
        serve("x".repeat(5 << 20));

        assertThatThrownBy(() -> fetch.fetch(address())).hasMessageContaining("the answer has more than 4194304 bytes");
    }

    @Test
    void keepsWhatIsPinnedAndNothingElse(@TempDir Path state) throws Exception {
        SavedAuthorities saved = new SavedAuthorities(state, pins);
        assertThat(saved.load()).isEmpty();

        saved.add(List.of(wanted.getCertificate(), wrong.getCertificate()));
        saved.add(List.of(wanted.getCertificate()));

        assertThat(saved.load()).containsExactly(wanted.getCertificate());
        try (var files = Files.list(state)) {
            assertThat(files).containsExactly(saved.file());
        }
    }

    @Test
    void doesNotBelieveAFileThatSomebodyChanged(@TempDir Path state) throws Exception {
        SavedAuthorities saved = new SavedAuthorities(state, pins);
        Files.writeString(saved.file(), wrong.getCertificatePEM() + wanted.getCertificatePEM());
        assertThat(saved.load()).containsExactly(wanted.getCertificate());

        Files.writeString(saved.file(), "garbage");
        assertThat(saved.load()).isEmpty();
    }

    private void serve(String text) {
        server.createContext("/roots.pem", exchange -> {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, bytes.length);
            try (var body = exchange.getResponseBody()) {
                body.write(bytes);
            }
        });
    }

    private URI address() {
        return URI.create("https://localhost:" + server.getAddress().getPort() + "/roots.pem");
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
