package dev.adit.edgesim.tls;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The TLS settings of the listeners, and one certificate for each name that is asked for. Confined to one thread. */
public final class SimTls {
    /** The server name that every connector asks for (cloudflared's, for static edge addresses too). */
    public static final String TUNNEL_NAME = "h2.cftunnel.com";
    /** The server name of cloudflared's start-up probes. */
    public static final String PROBE_NAME = "probe.cftunnel.com";

    // AES-GCM first. No CBC: with a CBC suite cloudflared answers GOAWAY INADEQUATE_SECURITY.
    static final List<String> SUITES = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            // For certificates that were brought along.
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
    static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    private static final List<String> TUNNEL_NAMES = List.of(TUNNEL_NAME, PROBE_NAME);
    private static final Duration DAY = Duration.ofDays(1);

    private final SimCertificates certificates;
    private final PostQuantum postQuantum;
    private final SslContext fallback;
    private final boolean brought;
    private final Map<String, SslContext> byHost = new HashMap<>();
    private @Nullable CertificateFault fault;
    private ServerIdentity tunnelIdentity;
    private SslContext tunnel;
    private @Nullable CompletableFuture<SslContext> tunnelPostQuantum;

    /** Settings with certificates of {@code certificates} only. */
    public SimTls(SimCertificates certificates) {
        this(certificates, PostQuantum.IF_OFFERED, null);
    }

    /**
     * Settings with certificates of {@code certificates}.
     *
     * @param eyeballs what eyeballs are shown, whatever name they ask for; null for a certificate of each name
     */
    public SimTls(SimCertificates certificates, PostQuantum postQuantum, @Nullable ServerIdentity eyeballs) {
        this.certificates = certificates;
        this.postQuantum = postQuantum;
        brought = eyeballs != null;
        fallback = context(
                eyeballs != null ? eyeballs : certificates.issue(List.of("localhost", "127.0.0.1", "::1")), alpn());
        tunnelIdentity = certificates.issue(TUNNEL_NAMES);
        tunnel = TunnelTls.classic(tunnelIdentity);
    }

    /** For connectors that offer a group that the JDK knows: no ALPN, HTTP/2 by prior knowledge. */
    public SslContext tunnel() {
        return tunnel;
    }

    /**
     * For the connector that sent {@code hello}. Complete already, except for the first that offers a post-quantum
     * group: to get ready for that takes about a second.
     */
    public CompletableFuture<SslContext> tunnel(ConnectorHello hello) {
        if (postQuantum == PostQuantum.NEVER || !hello.postQuantum()) {
            return CompletableFuture.completedFuture(tunnel);
        }
        CompletableFuture<SslContext> made = tunnelPostQuantum;
        if (made == null) {
            ServerIdentity identity = tunnelIdentity;
            made = CompletableFuture.supplyAsync(() -> TunnelTls.postQuantum(identity));
            tunnelPostQuantum = made;
        }
        return made;
    }

    /** What is wrong with the certificate that connectors are shown; null if nothing is. */
    public @Nullable CertificateFault tunnelCertificate() {
        return fault;
    }

    /** Shows connectors that dial from now on a certificate with this fault; null for a good one. */
    public void tunnelCertificate(@Nullable CertificateFault wanted) {
        fault = wanted;
        tunnelIdentity = wanted == null ? certificates.issue(TUNNEL_NAMES) : faulty(wanted);
        tunnel = TunnelTls.classic(tunnelIdentity);
        tunnelPostQuantum = null;
    }

    private ServerIdentity faulty(CertificateFault wanted) {
        Instant now = Instant.now();
        return switch (wanted) {
            case NOT_YET_VALID ->
                certificates.issue(
                        TUNNEL_NAMES, new SimCertificates.Period(now.plus(DAY), now.plus(DAY.multipliedBy(2))));
            case EXPIRED ->
                certificates.issue(
                        TUNNEL_NAMES, new SimCertificates.Period(now.minus(DAY.multipliedBy(2)), now.minus(DAY)));
            case OTHER_AUTHORITY -> new SimCertificates().issue(TUNNEL_NAMES);
            case OTHER_NAME -> certificates.issue(List.of("other.example"));
        };
    }

    /** For eyeballs that ask for {@code serverName}: its own certificate if it is one of {@code routed}. */
    public SslContext eyeball(@Nullable String serverName, Collection<String> routed) {
        if (serverName == null || brought) {
            return fallback;
        }
        String host = serverName.toLowerCase(Locale.ROOT);
        if (!routed.contains(host)) {
            return fallback;
        }
        return byHost.computeIfAbsent(host, name -> context(certificates.issue(List.of(name)), alpn()));
    }

    static SslContext context(ServerIdentity identity, @Nullable ApplicationProtocolConfig alpn) {
        try {
            return SslContextBuilder.forServer(identity.key(), identity.chain())
                    .sslProvider(SslProvider.JDK)
                    .protocols(PROTOCOLS)
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
