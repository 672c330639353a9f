package dev.adit.proxy.net;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** What all TLS of this process has in common: provider, protocol versions, cipher suites, sets of trusted authorities. */
public final class TlsContexts {
    /**
     * AES-GCM first and nothing without forward secrecy. ChaCha20-Poly1305 is left out: the JDK 17 engine runs it 16
     * times slower than AES-GCM (measured), and no peer of ours lacks AES-GCM.
     */
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");

    private TlsContexts() {}

    /** A client context builder with the common settings; the caller sets whom it trusts. */
    public static SslContextBuilder client() {
        return common(SslContextBuilder.forClient());
    }

    /** Applies provider, protocol versions and cipher suites to {@code builder} and returns it. */
    public static SslContextBuilder common(SslContextBuilder builder) {
        return builder.sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE);
    }

    /**
     * Loads what every context needs, which takes a JVM that just started a tenth of a second: for a thread that has nothing
     * else to do meanwhile.
     */
    public static void prepare() {
        try {
            client().trustManager(only(List.of())).build();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JVM has no TLS", e);
        }
    }

    /**
     * The certificates in a PEM file.
     *
     * @throws IOException if the file can't be read; the message names it
     * @throws CertificateException if it holds no certificate; the message names it
     */
    public static List<X509Certificate> readPem(Path file) throws IOException, CertificateException {
        byte[] content = Files.readAllBytes(file);
        Collection<? extends Certificate> read;
        try {
            read = CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(content));
        } catch (CertificateException e) {
            throw new CertificateException(file + " is not a PEM file of certificates: " + e.getMessage(), e);
        }
        List<X509Certificate> certificates = new ArrayList<>();
        for (Certificate certificate : read) {
            certificates.add((X509Certificate) certificate);
        }
        if (certificates.isEmpty()) {
            throw new CertificateException(file + " holds no certificate");
        }
        return certificates;
    }

    /** Trusts what this machine trusts and {@code more}. */
    public static X509ExtendedTrustManager systemAnd(List<X509Certificate> more)
            throws GeneralSecurityException, IOException {
        if (more.isEmpty()) {
            return trustManager(null);
        }
        List<X509Certificate> all = new ArrayList<>(List.of(trustManager(null).getAcceptedIssuers()));
        all.addAll(more);
        return only(all);
    }

    /** Trusts {@code authorities} and nothing else. */
    public static X509ExtendedTrustManager only(List<X509Certificate> authorities)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int n = 0;
        for (X509Certificate authority : authorities) {
            store.setCertificateEntry("ca" + n++, authority);
        }
        return trustManager(store);
    }

    private static X509ExtendedTrustManager trustManager(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager found) {
                return found;
            }
        }
        throw new GeneralSecurityException("this JDK has no X.509 trust manager");
    }
}
