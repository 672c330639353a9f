package dev.adit.connector.app;

import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.edge.EdgeOptions;
import dev.adit.connector.edge.IpVersion;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** Options of {@code tunnel run} that say where the edge is and how to get there. */
final class EdgeFlags {
    @Option(
            names = "--edge",
            paramLabel = "HOST:PORT",
            split = ",",
            defaultValue = "${env:TUNNEL_EDGE}",
            description =
                    "Where the edge listens; may be repeated: the first, third and so on are one region, the others"
                            + " another. Found by DNS by default. (TUNNEL_EDGE)")
    private List<String> edges = new ArrayList<>();

    @Option(
            names = "--region",
            paramLabel = "REGION",
            defaultValue = "${env:TUNNEL_REGION}",
            description = "Region whose edge to look up, such as us; the nearest one by default. (TUNNEL_REGION)")
    private @Nullable String region;

    @Option(
            names = "--edge-ip-version",
            paramLabel = "VERSION",
            defaultValue = "${env:TUNNEL_EDGE_IP_VERSION:-auto}",
            description = "auto, 4 or 6: which of the addresses that were looked up to dial; auto by default."
                    + " (TUNNEL_EDGE_IP_VERSION)")
    private String ipVersion = "auto";

    @Option(
            names = "--edge-bind-address",
            paramLabel = "IP",
            defaultValue = "${env:TUNNEL_EDGE_BIND_ADDRESS}",
            description = "Address of this machine to dial from; it decides between IPv4 and IPv6."
                    + " (TUNNEL_EDGE_BIND_ADDRESS)")
    private @Nullable String bindAddress;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            defaultValue = "${env:STATE_DIRECTORY}",
            description = "Directory that keeps the addresses that were looked up last, for times without DNS; none by"
                    + " default. (STATE_DIRECTORY)")
    private @Nullable Path stateDirectory;

    @Option(
            names = "--dns-server",
            paramLabel = "IP:PORT",
            defaultValue = "${env:TUNNEL_DNS_SERVER}",
            description = "Name server to ask for the edge instead of this machine's; for tests. (TUNNEL_DNS_SERVER)")
    private @Nullable String dnsServer;

    @Option(
            names = "--dns-over-tls",
            paramLabel = "IP:PORT",
            defaultValue = "${env:TUNNEL_DNS_OVER_TLS:-1.1.1.1:853}",
            description = "Name server to ask through TLS when the others fail; 1.1.1.1:853 by default."
                    + " (TUNNEL_DNS_OVER_TLS)")
    private String dnsOverTls = "1.1.1.1:853";

    /**
     * The options, checked. {@code endpoint} is the region that the token names, or null.
     *
     * @throws IllegalArgumentException if one is wrong; the message says which and how
     */
    EdgeOptions options(@Nullable String endpoint) {
        if (region != null && endpoint != null) {
            throw new IllegalArgumentException(
                    "--region can't be given with a token that names a region (" + endpoint + ")");
        }
        if (stateDirectory != null && !Files.isDirectory(stateDirectory)) {
            throw new IllegalArgumentException("--state-dir " + stateDirectory + " is not a directory");
        }
        EdgeOptions options = new EdgeOptions(
                edges.stream().map(EdgeAddress::parse).toList(),
                region == null ? endpoint : region,
                IpVersion.parse(ipVersion),
                bindAddress == null ? null : literal(bindAddress),
                stateDirectory,
                dnsServer == null ? null : EdgeAddress.parse(dnsServer),
                EdgeAddress.parse(dnsOverTls));
        if (options.bindAddress() != null
                && options.version() != IpVersion.AUTO
                && options.addresses().isEmpty()
                && options.version() != options.dialedVersion()) {
            LoggerFactory.getLogger(EdgeFlags.class)
                    .warn("--edge-bind-address {} overrides --edge-ip-version {}", bindAddress, ipVersion);
        }
        return options;
    }

    private static InetAddress literal(String text) {
        byte[] address = NetUtil.createByteArrayFromIpAddressString(text);
        if (address != null) {
            try {
                return InetAddress.getByAddress(address);
            } catch (UnknownHostException e) {
                // Falls through to the same answer as text that is no address.
            }
        }
        throw new IllegalArgumentException("--edge-bind-address must be an IP address, was \"" + text + "\"");
    }
}
