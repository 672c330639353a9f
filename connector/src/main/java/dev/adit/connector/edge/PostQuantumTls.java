package dev.adit.connector.edge;

import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedTrustManager;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.BCSSLEngine;
import org.bouncycastle.jsse.BCSSLParameters;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.crypto.TlsECConfig;
import org.bouncycastle.tls.crypto.TlsECDomain;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;

/**
 * TLS 1.3 with X25519MLKEM768 as the only group that keys are agreed on with, by BouncyCastle, since the JDK has no such
 * group before 27. Its classes are loaded when one is made: whoever does without does not pay for it.
 */
final class PostQuantumTls extends DelegatingSslContext {
    private static final String GROUP = "X25519MLKEM768";

    /** The curves stand for signatures: without them, BouncyCastle would take no certificate with such a key. */
    private static final List<String> OFFERED = List.of(GROUP, "secp256r1", "secp384r1");

    /** It tells of each setting that it reads; what fails comes as an exception, too. */
    private static final Logger BOUNCY_LOG = Logger.getLogger("org.bouncycastle.jsse");

    private PostQuantumTls(SslContext context) {
        super(context);
    }

    static SslContext context(X509ExtendedTrustManager trust) throws GeneralSecurityException, SSLException {
        BOUNCY_LOG.setLevel(Level.OFF);
        Provider provider = new BouncyCastleJsseProvider(false, new HybridOnly());
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
        parameters.setNamedGroups(OFFERED.toArray(new String[0]));
        parameters.setEarlyKeyShares(new String[] {GROUP});
        bouncy.setParameters(parameters);
    }

    /** Makes the part of a hybrid group that is classic, and refuses when an edge asks for a classic group instead. */
    private static final class HybridOnly extends JcaTlsCryptoProvider {
        HybridOnly() {
            setProvider(new BouncyCastleProvider());
        }

        @Override
        public JcaTlsCrypto create(SecureRandom keys, SecureRandom nonces) {
            return new JcaTlsCrypto(getHelper(), keys, nonces) {
                @Override
                public TlsECDomain createECDomain(TlsECConfig config) {
                    if (config.getNamedGroup() != NamedGroup.x25519) {
                        throw new IllegalStateException("the edge does not agree on keys by " + GROUP);
                    }
                    return super.createECDomain(config);
                }
            };
        }
    }
}
