package dev.adit.edgesim.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimTlsTest {
    private static final ConnectorHello CLASSIC = new ConnectorHello("h2.cftunnel.com", false);
    private static final ConnectorHello POST_QUANTUM = new ConnectorHello("h2.cftunnel.com", true);

    private final SimCertificates certificates = new SimCertificates();

    @TempDir
    private Path directory;

    @Test
    void takesTheSlowTlsOnlyForThoseWhoNeedIt() throws Exception {
        SimTls tls = new SimTls(certificates);

        assertThat(tls.tunnel(CLASSIC)).isCompletedWithValue(tls.tunnel());
        SslContext slow = tls.tunnel(POST_QUANTUM).get(30, TimeUnit.SECONDS);
        assertThat(engine(slow)).contains("bouncycastle");
        assertThat(engine(tls.tunnel())).doesNotContain("bouncycastle");
        assertThat(tls.tunnel(POST_QUANTUM)).isCompletedWithValue(slow);
    }

    @Test
    void neverTakesTheSlowTlsWhenToldSo() {
        SimTls tls = new SimTls(certificates, PostQuantum.NEVER, null);

        assertThat(tls.tunnel(POST_QUANTUM)).isCompletedWithValue(tls.tunnel());
    }

    @Test
    void makesNewContextsForAnotherCertificate() throws Exception {
        SimTls tls = new SimTls(certificates);
        SslContext before = tls.tunnel();
        SslContext slowBefore = tls.tunnel(POST_QUANTUM).get(30, TimeUnit.SECONDS);

        tls.tunnelCertificate(CertificateFault.EXPIRED);

        assertThat(tls.tunnelCertificate()).isEqualTo(CertificateFault.EXPIRED);
        assertThat(tls.tunnel()).isNotSameAs(before);
        assertThat(tls.tunnel(POST_QUANTUM).get(30, TimeUnit.SECONDS)).isNotSameAs(slowBefore);
    }

    @Test
    void readsKeysInBothForms() throws Exception {
        ServerIdentity issued = certificates.issue(List.of("www.example.com"));
        Path chain = pem("chain.pem", issued.chain().get(0), certificates.ca());
        Path pkcs8 = pem("pkcs8.pem", new JcaPKCS8Generator(issued.key(), null));
        Path sec1 = pem("sec1.pem", sec1(issued.key()));

        assertThat(Files.readString(sec1)).contains("BEGIN EC PRIVATE KEY");
        assertThat(Files.readString(pkcs8)).contains("BEGIN PRIVATE KEY");
        for (Path key : List.of(pkcs8, sec1)) {
            ServerIdentity read = ServerIdentity.read(chain, key);
            assertThat(read.chain()).containsExactly(issued.chain().get(0), certificates.ca());
        }
    }

    @Test
    void refusesAKeyOfAnotherCertificate() throws Exception {
        Path chain = pem(
                "chain.pem", certificates.issue(List.of("a.example")).chain().get(0));
        Path key = pem(
                "key.pem",
                new JcaPKCS8Generator(certificates.issue(List.of("a.example")).key(), null));

        assertThatThrownBy(() -> ServerIdentity.read(chain, key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not that of the certificate");
    }

    @Test
    void refusesAKeyOfAnotherKind() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair rsa = generator.generateKeyPair();
        Path chain = pem(
                "chain.pem", certificates.issue(List.of("a.example")).chain().get(0));
        Path key = pem("key.pem", rsa.getPrivate());

        assertThatThrownBy(() -> ServerIdentity.read(chain, key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not that of the certificate");
    }

    @Test
    void saysWhatIsWrongWithAFile() throws Exception {
        Path chain = pem("chain.pem", certificates.ca());
        Path empty = Files.writeString(directory.resolve("empty.pem"), "nothing");

        assertThatThrownBy(() -> ServerIdentity.read(
                        empty,
                        pem(
                                "key.pem",
                                new JcaPKCS8Generator(
                                        certificates.issue(List.of("a.example")).key(), null))))
                .hasMessageContaining("no PEM certificate in " + empty);
        assertThatThrownBy(() -> ServerIdentity.read(chain, empty))
                .hasMessageContaining("no unencrypted PEM private key in " + empty);
        assertThatThrownBy(() -> ServerIdentity.read(chain, directory.resolve("missing")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("can't read " + directory.resolve("missing"));
    }

    private Path pem(String name, Object... objects) throws IOException {
        return CertificateFiles.pem(directory.resolve(name), objects);
    }

    // As OpenSSL writes it: the curve is named inside.
    private static PemObject sec1(PrivateKey key) throws IOException {
        BigInteger secret = ((java.security.interfaces.ECPrivateKey) key).getS();
        return new PemObject(
                "EC PRIVATE KEY", new ECPrivateKey(256, secret, SECObjectIdentifiers.secp256r1).getEncoded());
    }

    private static String engine(SslContext context) {
        return context.newEngine(UnpooledByteBufAllocator.DEFAULT).getClass().getName();
    }
}
