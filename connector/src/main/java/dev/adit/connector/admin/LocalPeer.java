package dev.adit.connector.admin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells users of this machine from others. A connection from loopback is not enough: a page in a browser may have given a
 * name of its own the address 127.0.0.1, and a rule of a tunnel may lead from the internet to this server.
 */
final class LocalPeer {
    /** What proxies and edges add to a request that somebody else sent. */
    private static final List<String> OF_PROXIES = List.of(
            "cf-ray", "cf-connecting-ip", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded", "via");

    private LocalPeer() {}

    /**
     * Whether a request with {@code headers} is a local user's.
     *
     * @param remote whose connection it is; no TCP address for a Unix domain socket, which only its user may open
     */
    static boolean is(@Nullable SocketAddress remote, HttpHeaders headers) {
        if (OF_PROXIES.stream().anyMatch(headers::contains)) {
            return false;
        }
        if (remote instanceof InetSocketAddress peer) {
            List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
            InetAddress address = peer.getAddress();
            return address != null && address.isLoopbackAddress() && hosts.size() == 1 && isLoopback(hosts.get(0));
        }
        return true;
    }

    /** Whether {@code host}, with or without a port, is this machine whoever looks it up. */
    private static boolean isLoopback(String host) {
        int colon = host.lastIndexOf(':');
        String name = colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
        if (name.equalsIgnoreCase("localhost")) {
            return true;
        }
        boolean brackets = name.startsWith("[") && name.endsWith("]");
        byte[] address =
                NetUtil.createByteArrayFromIpAddressString(brackets ? name.substring(1, name.length() - 1) : name);
        try {
            return address != null && InetAddress.getByAddress(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
