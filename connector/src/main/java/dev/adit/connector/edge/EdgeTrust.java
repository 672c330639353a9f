package dev.adit.connector.edge;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Checks an edge's certificate as {@code inner} does, and says by whom it was issued when it is not trusted. */
final class EdgeTrust extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager inner;

    EdgeTrust(X509ExtendedTrustManager inner) {
        this.inner = inner;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        try {
            inner.checkServerTrusted(chain, authType, engine);
        } catch (CertificateException e) {
            throw new UntrustedEdge(chain[chain.length - 1], e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        inner.checkServerTrusted(chain, authType, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        inner.checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        inner.checkClientTrusted(chain, authType, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        inner.checkClientTrusted(chain, authType, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        inner.checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return inner.getAcceptedIssuers();
    }

    /** The edge's certificate does not lead to an authority that is trusted. */
    static final class UntrustedEdge extends CertificateException {
        private static final long serialVersionUID = 1L;

        UntrustedEdge(X509Certificate top, CertificateException cause) {
            super(
                    "the edge's certificate is not trusted (" + cause.getMessage() + "). It was issued by \""
                            + top.getIssuerX500Principal()
                            + "\". If that is the provider's own authority, 'adit trust fetch' gets its certificate, see"
                            + " 'adit trust fetch --help'; if you trust it otherwise, give its certificate with --edge-ca"
                            + " FILE",
                    cause);
        }
    }
}
