package dev.adit.connector.edge;

import dev.adit.proxy.net.TlsContexts;
import dev.adit.proxy.net.Transport;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Executor;

/** Builds the source of edge addresses that the options ask for. */
public final class EdgeSources {
    private final Transport transport;
    private final EventLoop loop;
    private final Executor blocking;

    /**
     * @param loop asks name servers
     * @param blocking reads and writes files
     */
    public EdgeSources(Transport transport, EventLoop loop, Executor blocking) {
        this.transport = transport;
        this.loop = loop;
        this.blocking = blocking;
    }

    /** The source that {@code options} ask for; {@code trusted} authorities beside the machine's count for DNS over TLS. */
    public EdgeSource of(EdgeOptions options, List<X509Certificate> trusted)
            throws GeneralSecurityException, IOException {
        if (!options.addresses().isEmpty()) {
            return new GivenEdges(EdgeRegions.dealt(options.addresses()));
        }
        DnsNameResolverBuilder builder = new DnsNameResolverBuilder(loop)
                .datagramChannelType(transport.datagram())
                .socketChannelType(transport.socket(), true);
        EdgeAddress server = options.dnsServer();
        if (server != null) {
            builder.nameServerProvider(
                    new SingletonDnsServerAddressStreamProvider(new InetSocketAddress(server.host(), server.port())));
        }
        if (options.dialedVersion() != IpVersion.AUTO) {
            builder.resolvedAddressTypes(
                    options.dialedVersion() == IpVersion.V4
                            ? ResolvedAddressTypes.IPV4_ONLY
                            : ResolvedAddressTypes.IPV6_ONLY);
        }
        SslContext tls = TlsContexts.client()
                .trustManager(TlsContexts.systemAnd(trusted))
                .endpointIdentificationAlgorithm("HTTPS")
                .build();
        Path state = options.stateDirectory();
        return new EdgeDiscovery(
                new PlainDns(builder.build()),
                new DnsOverTls(transport, loop, tls, options.dnsOverTls()),
                state == null ? null : new SavedEdges(state, options.region(), blocking),
                options.region());
    }
}
