package dev.adit.edgesim.tls;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The TLS settings of the listeners, and one certificate for each name that is asked for. Confined to one thread. */
public final class SimTls {
    /** The server name that every connector asks for (cloudflared's, for static edge addresses too). */
    public static final String TUNNEL_NAME = "h2.cftunnel.com";
    /** The server name of cloudflared's start-up probes. */
    public static final String PROBE_NAME = "probe.cftunnel.com";

    // AES-GCM first. No CBC: with a CBC suite cloudflared answers GOAWAY INADEQUATE_SECURITY.
    private static final List<String> SUITES = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256");

    private final SimCertificates certificates;
    private final SslContext tunnel;
    private final SslContext fallback;
    private final Map<String, SslContext> byHost = new HashMap<>();

    /** Settings with certificates of {@code certificates}. */
    public SimTls(SimCertificates certificates) {
        this.certificates = certificates;
        tunnel = context(certificates.issue(List.of(TUNNEL_NAME, PROBE_NAME)), null);
        fallback = context(certificates.issue(List.of("localhost", "127.0.0.1", "::1")), alpn());
    }

    /** For connectors: no ALPN, HTTP/2 by prior knowledge. */
    public SslContext tunnel() {
        return tunnel;
    }

    /** For eyeballs that ask for {@code serverName}: its own certificate if it is one of {@code routed}. */
    public SslContext eyeball(@Nullable String serverName, Collection<String> routed) {
        if (serverName == null) {
            return fallback;
        }
        String host = serverName.toLowerCase(Locale.ROOT);
        if (!routed.contains(host)) {
            return fallback;
        }
        return byHost.computeIfAbsent(host, name -> context(certificates.issue(List.of(name)), alpn()));
    }

    private static SslContext context(SimCertificates.Leaf leaf, @Nullable ApplicationProtocolConfig alpn) {
        try {
            return SslContextBuilder.forServer(leaf.key(), leaf.certificate())
                    .sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .ciphers(SUITES, SupportedCipherSuiteFilter.INSTANCE)
                    .applicationProtocolConfig(alpn)
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("can't set up TLS", e);
        }
    }

    private static ApplicationProtocolConfig alpn() {
        return new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                ApplicationProtocolNames.HTTP_2,
                ApplicationProtocolNames.HTTP_1_1);
    }
}
