package dev.adit.connector.ingress;

import dev.adit.proxy.route.HostName;
import dev.adit.proxy.route.IpRules;
import dev.adit.proxy.route.Target;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the {@code service} of a rule. */
final class ServiceTarget {
    private static final String STATUS = "http_status:";
    private static final Set<String> HELLO = Set.of("hello_world", "hello-world");
    private static final Set<String> PLAIN = Set.of("http", "ws");
    private static final Set<String> TLS = Set.of("https", "wss");
    private static final String CLEAR_HTTP2 = "h2c";
    private static final String UNIX = "unix:";
    private static final String UNIX_TLS = "unix+tls:";
    private static final String KNOWN = "http, https, ws, wss, h2c, tcp, ssh, rdp, smb; unix:PATH, unix+tls:PATH,"
            + " http_status:N, hello_world, bastion and socks-proxy need none";

    /** cloudflared's default ports. */
    private static final Map<String, Integer> STREAM_PORTS = Map.of("tcp", 7864, "ssh", 22, "rdp", 3389, "smb", 445);

    /** A user name, a password and what ends them, as far as there is no telling. */
    private static final Pattern LOGIN = Pattern.compile("[^/]*@");

    private static final Pattern ADDRESS =
            Pattern.compile("(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?<authority>[^/?#]*)(?<rest>.*)", Pattern.DOTALL);
    private static final Pattern AUTHORITY =
            Pattern.compile("(?<host>\\[[0-9A-Fa-f:.]+]|[^\\[\\]:]*)(?::(?<port>[0-9]*))?");

    private ServiceTarget() {}

    /**
     * Where {@code service} sends requests, with {@code options} for services that take bytes.
     *
     * @throws IllegalArgumentException if it says nothing that this version can do; the message is for the user
     */
    static Target parse(String service, StreamOptions options) {
        if (service.startsWith(STATUS)) {
            return status(service.substring(STATUS.length()));
        }
        if (HELLO.contains(service)) {
            return new Target.Hello();
        }
        if (service.equals("bastion")) {
            return options.bastion();
        }
        if (service.equals("socks-proxy")) {
            return new Target.SocksProxy(new IpRules(options.ipRules()));
        }
        if (service.startsWith(UNIX) || service.startsWith(UNIX_TLS)) {
            return unix(service);
        }
        // For messages, which edges and logs get.
        String shown = LOGIN.matcher(service).replaceAll("***@");
        Matcher address = ADDRESS.matcher(service);
        if (!address.matches() || address.group("authority").isEmpty()) {
            throw new IllegalArgumentException(
                    shown + " is an invalid address, please make sure it has a scheme and a hostname");
        }
        String scheme = address.group("scheme").toLowerCase(Locale.ROOT);
        boolean stream = STREAM_PORTS.containsKey(scheme);
        if (!stream && !PLAIN.contains(scheme) && !TLS.contains(scheme) && !scheme.equals(CLEAR_HTTP2)) {
            throw new IllegalArgumentException(
                    '"' + shown + "\" is not a known service: the scheme must be one of " + KNOWN);
        }
        if (!address.group("rest").isEmpty()) {
            throw new IllegalArgumentException(shown + " is an invalid address, ingress rules don't support proxying"
                    + " to a different path on the origin; leave out all that follows host and port");
        }
        if (options.bastionMode()) {
            if (!stream) {
                throw new IllegalArgumentException("bastionMode makes a jump host of the rule, which " + shown
                        + " is not; write service: bastion");
            }
            return options.bastion();
        }
        return origin(scheme, address.group("authority"), options);
    }

    private static Target unix(String service) {
        boolean tls = service.startsWith(UNIX_TLS);
        String path = service.substring(tls ? UNIX_TLS.length() : UNIX.length());
        try {
            Path socket = Path.of(path.startsWith("//") ? path.substring(2) : path);
            if (!path.isEmpty() && socket.isAbsolute()) {
                return new Target.UnixOrigin(tls, socket);
            }
        } catch (InvalidPathException e) {
            // Refused below with the same words as a path that is relative.
        }
        throw new IllegalArgumentException(
                '"' + service + "\" needs the absolute path of a socket, such as unix:/run/app.sock");
    }

    private static Target status(String status) {
        if (!status.matches("[1-9][0-9][0-9]")) {
            throw new IllegalArgumentException("invalid HTTP status code \"" + status + "\", must be 100 to 999");
        }
        return new Target.FixedStatus(Integer.parseInt(status));
    }

    private static Target origin(String scheme, String authority, StreamOptions options) {
        if (authority.indexOf('@') >= 0) {
            throw new IllegalArgumentException("the address must not contain a user name or password");
        }
        Matcher parts = AUTHORITY.matcher(authority);
        if (!parts.matches() || parts.group("host").isEmpty()) {
            throw new IllegalArgumentException(
                    authority + " is an invalid address, please make sure it has a scheme and a hostname");
        }
        String host = host(parts.group("host"));
        String given = parts.group("port");
        Integer streamPort = STREAM_PORTS.get(scheme);
        if (streamPort != null) {
            return new Target.TcpService(host, port(given, streamPort), options.socks());
        }
        if (scheme.equals(CLEAR_HTTP2)) {
            return new Target.ClearHttp2Origin(host, port(given, 80));
        }
        boolean tls = TLS.contains(scheme);
        return new Target.HttpOrigin(tls, host, port(given, tls ? 443 : 80));
    }

    private static String host(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : HostName.ascii(host);
    }

    private static int port(@Nullable String port, int byDefault) {
        if (port == null || port.isEmpty()) {
            return byDefault;
        }
        int number = port.length() <= 5 ? Integer.parseInt(port) : 0;
        if (number < 1 || number > 65535) {
            throw new IllegalArgumentException("the port must be 1 to 65535, was " + port);
        }
        return number;
    }
}
