package dev.adit.connector.app;

import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.edge.EdgeOptions;
import dev.adit.connector.edge.EdgeProxy;
import dev.adit.connector.edge.IpVersion;
import dev.adit.connector.settings.Settings;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The settings that say where the edge is and how to get there. */
final class EdgeSettings {
    private EdgeSettings() {}

    /**
     * What {@code settings} say, checked. {@code endpoint} is the region that the token names, or null.
     *
     * @throws IllegalArgumentException if one is wrong; the message says which and how
     */
    static EdgeOptions read(Settings settings, @Nullable String endpoint) {
        String region = settings.text("region");
        if (region != null && endpoint != null) {
            throw new IllegalArgumentException(
                    "--region can't be given with a token that names a region (" + endpoint + ")");
        }
        String state = settings.text("state-dir");
        if (state != null && !Files.isDirectory(Path.of(state))) {
            throw new IllegalArgumentException("--state-dir " + state + " is not a directory");
        }
        String bindAddress = settings.text("edge-bind-address");
        String dnsServer = settings.text("dns-server");
        EdgeOptions options = new EdgeOptions(
                settings.list("edge").stream()
                        .map(text -> address("--edge", text))
                        .toList(),
                region == null ? endpoint : region,
                IpVersion.parse(settings.textOf("edge-ip-version")),
                bindAddress == null ? null : literal(bindAddress),
                state == null ? null : Path.of(state),
                dnsServer == null ? null : address("--dns-server", dnsServer),
                address("--dns-over-tls", settings.textOf("dns-over-tls")),
                proxy(settings));
        InetAddress local = options.bindAddress();
        if (local != null && !isOfThisMachine(local)) {
            throw new IllegalArgumentException(
                    "--edge-bind-address must be an address of this machine, was " + bindAddress);
        }
        if (options.bindAddress() != null
                && options.version() != IpVersion.AUTO
                && options.addresses().isEmpty()
                && options.version() != options.dialedVersion()) {
            LoggerFactory.getLogger(EdgeSettings.class)
                    .warn("--edge-bind-address {} overrides --edge-ip-version {}", bindAddress, options.version());
        }
        return options;
    }

    private static boolean isOfThisMachine(InetAddress address) {
        try (Socket trial = new Socket()) {
            trial.bind(new InetSocketAddress(address, 0));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static @Nullable EdgeProxy proxy(Settings settings) {
        String text = settings.text("edge-proxy");
        if (text == null || text.isEmpty()) {
            return null;
        }
        EdgeProxy proxy = EdgeProxy.parse(text);
        if (proxy.hasPassword() && settings.origin("edge-proxy") == Settings.Origin.COMMAND_LINE) {
            LoggerFactory.getLogger(EdgeSettings.class)
                    .warn(
                            "the proxy's password is on the command line, where every user of this machine can read it; use"
                                    + " TUNNEL_EDGE_PROXY or the configuration file");
        }
        return proxy;
    }

    private static EdgeAddress address(String option, String text) {
        try {
            return EdgeAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
        }
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
