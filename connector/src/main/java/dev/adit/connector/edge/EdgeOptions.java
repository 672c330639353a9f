package dev.adit.connector.edge;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where to find the edge and how to dial it.
 *
 * @param addresses where it listens; empty to find out by DNS
 * @param region the region whose edge to use, or null for the global one; with {@code addresses} it means nothing
 * @param version which family of addresses to use; with {@code addresses} it means nothing
 * @param bindAddress the local address of connections to the edge, or null for any; it decides the family
 * @param stateDirectory keeps the addresses that were found last, or null
 * @param dnsServer asked instead of this machine's name servers, or null
 * @param dnsOverTls asked when those fail; a literal address
 * @param proxy asked to connect to the edge, or null
 */
public record EdgeOptions(
        List<EdgeAddress> addresses,
        @Nullable String region,
        IpVersion version,
        @Nullable InetAddress bindAddress,
        @Nullable Path stateDirectory,
        @Nullable EdgeAddress dnsServer,
        EdgeAddress dnsOverTls,
        @Nullable EdgeProxy proxy) {
    /** cloudflared's second choice. */
    public static final EdgeAddress DNS_OVER_TLS = new EdgeAddress("1.1.1.1", 853);

    private static final Pattern REGION = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?");

    public EdgeOptions {
        addresses = List.copyOf(addresses);
        if (region != null && !REGION.matcher(region).matches()) {
            throw new IllegalArgumentException("--region must be a name such as us, was \"" + region + "\"");
        }
        requireLiteral("--dns-server", dnsServer);
        requireLiteral("--dns-over-tls", dnsOverTls);
    }

    /** The edge listens at {@code addresses}; all else as usual. */
    public static EdgeOptions at(List<EdgeAddress> addresses) {
        return new EdgeOptions(addresses, null, IpVersion.AUTO, null, null, null, DNS_OVER_TLS, null);
    }

    /** Which family to dial: that of the local address, if one is given; given edges are dialed whatever they are. */
    public IpVersion dialedVersion() {
        if (!addresses.isEmpty()) {
            return IpVersion.AUTO;
        }
        if (bindAddress == null) {
            return version;
        }
        return bindAddress instanceof Inet6Address ? IpVersion.V6 : IpVersion.V4;
    }

    /** A name would have to be looked up by whom? */
    private static void requireLiteral(String option, @Nullable EdgeAddress address) {
        if (address != null && NetUtil.createByteArrayFromIpAddressString(address.host()) == null) {
            throw new IllegalArgumentException(option + " must be an IP address and a port, was \"" + address + "\"");
        }
    }
}
