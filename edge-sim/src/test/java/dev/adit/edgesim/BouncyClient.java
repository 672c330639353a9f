package dev.adit.edgesim;

import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.KeyStore;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.BCSSLEngine;
import org.bouncycastle.jsse.BCSSLParameters;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;

/** TLS of a connector that offers the groups of one's choice, with a key share of the first one only. */
final class BouncyClient extends DelegatingSslContext {
    private final String[] groups;

    private BouncyClient(SslContext context, String[] groups) {
        super(context);
        this.groups = groups;
    }

    static SslContext offering(X509Certificate ca, String... groups) throws Exception {
        Provider provider = new BouncyCastleJsseProvider(new BouncyCastleProvider());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", ca);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX", provider);
        trust.init(trusted);
        SslContext context = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .sslContextProvider(provider)
                .secureRandom(new SecureRandom())
                .trustManager(trust)
                .endpointIdentificationAlgorithm("HTTPS")
                .protocols("TLSv1.3", "TLSv1.2")
                .build();
        return new BouncyClient(context, groups);
    }

    @Override
    protected void initEngine(SSLEngine engine) {
        BCSSLEngine bouncy = (BCSSLEngine) engine;
        BCSSLParameters parameters = bouncy.getParameters();
        parameters.setNamedGroups(groups.clone());
        parameters.setEarlyKeyShares(new String[] {groups[0]});
        bouncy.setParameters(parameters);
    }
}
