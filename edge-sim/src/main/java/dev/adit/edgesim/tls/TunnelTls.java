package dev.adit.edgesim.tls;

import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLEngine;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.BCSSLEngine;
import org.bouncycastle.jsse.BCSSLParameters;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;

/**
 * How connectors are answered over TLS: no ALPN, HTTP/2 by prior knowledge. Immutable; making one with post-quantum
 * groups takes a second the first time.
 */
final class TunnelTls {
    // In the order of preference. The second is the one that every connector can do.
    private static final String[] GROUPS = {"X25519MLKEM768", "secp256r1", "x25519"};

    // It tells of each setting it reads and each handshake that fails; the listener logs what matters.
    private static final Logger BOUNCY_LOG = Logger.getLogger("org.bouncycastle.jsse");

    private TunnelTls() {}

    /** With the JDK's own TLS, which has no post-quantum groups before JDK 27. */
    static SslContext classic(ServerIdentity identity) {
        return SimTls.context(identity, null);
    }

    /** With BouncyCastle's TLS and post-quantum groups: slower by far. */
    static SslContext postQuantum(ServerIdentity identity) {
        BOUNCY_LOG.setLevel(Level.OFF);
        try {
            Provider provider = new BouncyCastleJsseProvider(new BouncyCastleProvider());
            SslContext context = SslContextBuilder.forServer(identity.keyManagers(provider))
                    .sslProvider(SslProvider.JDK)
                    .sslContextProvider(provider)
                    .secureRandom(new SecureRandom())
                    .protocols(SimTls.PROTOCOLS)
                    .ciphers(SimTls.SUITES, SupportedCipherSuiteFilter.INSTANCE)
                    .build();
            return new WithGroups(context);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("can't set up TLS with post-quantum groups", e);
        }
    }

    /** Says which groups may be agreed on; the defaults leave out the post-quantum ones. */
    private static final class WithGroups extends DelegatingSslContext {
        WithGroups(SslContext context) {
            super(context);
        }

        @Override
        protected void initEngine(SSLEngine engine) {
            if (engine instanceof BCSSLEngine bouncy) {
                BCSSLParameters parameters = bouncy.getParameters();
                parameters.setNamedGroups(GROUPS.clone());
                bouncy.setParameters(parameters);
            }
        }
    }
}
