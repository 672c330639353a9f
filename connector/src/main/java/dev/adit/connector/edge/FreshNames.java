package dev.adit.connector.edge;

import dev.adit.proxy.net.Transport;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Looks a name up anew for each connection, as cloudflared does: an origin that moved, such as a container that was made
 * anew, is found by the next connection. Those under way share one question.
 */
public final class FreshNames {
    /** Netty reads the hosts file once and never again, unless it is told to when it starts. */
    private static final String HOSTS_FILE = "io.netty.hostsFileRefreshInterval";

    private static final Duration HOSTS_FILE_AGE = Duration.ofSeconds(5);

    private FreshNames() {}

    /** Asks the name servers of this machine, without blocking. */
    public static AddressResolverGroup<InetSocketAddress> of(Transport transport) {
        return of(transport, null);
    }

    /** Asks {@code servers}, or null for those of this machine. */
    static AddressResolverGroup<InetSocketAddress> of(
            Transport transport, @Nullable DnsServerAddressStreamProvider servers) {
        if (System.getProperty(HOSTS_FILE) == null) {
            System.setProperty(HOSTS_FILE, Long.toString(HOSTS_FILE_AGE.toNanos()));
        }
        DnsNameResolverBuilder builder = new DnsNameResolverBuilder()
                .datagramChannelType(transport.datagram())
                .socketChannelType(transport.socket(), true)
                .resolveCache(NoopDnsCache.INSTANCE)
                .cnameCache(NoopDnsCnameCache.INSTANCE);
        if (servers != null) {
            builder.nameServerProvider(servers);
        }
        return new DnsAddressResolverGroup(builder);
    }
}
