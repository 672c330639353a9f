package dev.adit.connector.edge;

import dev.adit.proxy.net.TlsContexts;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.X509ExtendedTrustManager;

/** Whose word counts for the certificate of an edge: this machine's authorities and some more, or some alone. */
public final class EdgeAuthorities {
    private final List<X509Certificate> certificates;
    private final boolean alone;

    private EdgeAuthorities(List<X509Certificate> certificates, boolean alone) {
        this.certificates = List.copyOf(certificates);
        this.alone = alone;
    }

    /** {@code certificates} and those that this machine trusts. */
    public static EdgeAuthorities beside(List<X509Certificate> certificates) {
        return new EdgeAuthorities(certificates, false);
    }

    /** {@code certificates} and no others. */
    public static EdgeAuthorities only(List<X509Certificate> certificates) {
        return new EdgeAuthorities(certificates, true);
    }

    /** Those that were named, without this machine's. */
    public List<X509Certificate> certificates() {
        return certificates;
    }

    X509ExtendedTrustManager trustManager() throws GeneralSecurityException, IOException {
        return new EdgeTrust(alone ? TlsContexts.only(certificates) : TlsContexts.systemAnd(certificates));
    }
}
