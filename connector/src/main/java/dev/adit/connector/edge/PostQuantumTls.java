package dev.adit.connector.edge;

import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedTrustManager;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.BCSSLEngine;
import org.bouncycastle.jsse.BCSSLParameters;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;

/**
 * TLS 1.3 with X25519MLKEM768 as the only group, by BouncyCastle, since the JDK has no such group before 27. Its classes
 * are loaded when one is made: whoever does without does not pay for it.
 */
final class PostQuantumTls extends DelegatingSslContext {
    private static final String GROUP = "X25519MLKEM768";

    /** It tells of each setting that it reads; what fails comes as an exception, too. */
    private static final Logger BOUNCY_LOG = Logger.getLogger("org.bouncycastle.jsse");

    private PostQuantumTls(SslContext context) {
        super(context);
    }

    static SslContext context(X509ExtendedTrustManager trust) throws GeneralSecurityException, SSLException {
        BOUNCY_LOG.setLevel(Level.OFF);
        Provider provider = new BouncyCastleJsseProvider(new BouncyCastleProvider());
        return new PostQuantumTls(SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .sslContextProvider(provider)
                .secureRandom(new SecureRandom())
                .trustManager(trust)
                .endpointIdentificationAlgorithm("HTTPS")
                .protocols("TLSv1.3")
                .build());
    }

    @Override
    protected void initEngine(SSLEngine engine) {
        BCSSLEngine bouncy = (BCSSLEngine) engine;
        BCSSLParameters parameters = bouncy.getParameters();
        parameters.setNamedGroups(new String[] {GROUP});
        parameters.setEarlyKeyShares(new String[] {GROUP});
        bouncy.setParameters(parameters);
    }
}
