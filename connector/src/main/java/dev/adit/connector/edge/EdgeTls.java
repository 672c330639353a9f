package dev.adit.connector.edge;

import dev.adit.proxy.net.TlsContexts;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.security.GeneralSecurityException;
import javax.net.ssl.X509ExtendedTrustManager;

/** TLS towards edges: no ALPN, since HTTP/2 is understood. */
public final class EdgeTls {
    /** How keys are agreed on. */
    public enum KeyAgreement {
        /** With the JDK's groups, X25519 and P-256 before others. */
        CLASSIC,
        /** With X25519MLKEM768 and nothing else. */
        POST_QUANTUM
    }

    private EdgeTls() {}

    /**
     * A context that trusts {@code authorities} and agrees on keys as {@code agreement} says.
     *
     * @throws GeneralSecurityException if the JDK can't
     * @throws IOException if TLS can't be set up
     */
    public static SslContext context(EdgeAuthorities authorities, KeyAgreement agreement)
            throws GeneralSecurityException, IOException {
        X509ExtendedTrustManager trust = authorities.trustManager();
        return agreement == KeyAgreement.POST_QUANTUM
                ? PostQuantumTls.context(trust)
                : TlsContexts.client()
                        .trustManager(trust)
                        .endpointIdentificationAlgorithm("HTTPS")
                        .build();
    }
}
