package dev.adit.connector.ingress;

import dev.adit.proxy.route.HostName;
import dev.adit.proxy.route.Target;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the {@code service} of a rule. */
final class ServiceTarget {
    private static final String STATUS = "http_status:";
    private static final Set<String> HELLO = Set.of("hello_world", "hello-world");
    private static final Set<String> PLAIN = Set.of("http", "ws");
    private static final Set<String> TLS = Set.of("https", "wss");
    private static final Set<String> LATER = Set.of("tcp", "ssh", "rdp", "smb");
    private static final Set<String> LATER_NAMES = Set.of("bastion", "socks-proxy");
    private static final List<String> LATER_PREFIXES = List.of("unix:", "unix+tls:");

    private static final Pattern ADDRESS =
            Pattern.compile("(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?<authority>[^/?#]*)(?<rest>.*)", Pattern.DOTALL);
    private static final Pattern AUTHORITY =
            Pattern.compile("(?<host>\\[[0-9A-Fa-f:.]+]|[^\\[\\]:]*)(?::(?<port>[0-9]*))?");

    private ServiceTarget() {}

    /**
     * Where {@code service} sends requests.
     *
     * @throws IllegalArgumentException if it says nothing that this version can do; the message is for the user
     */
    static Target parse(String service) {
        if (service.startsWith(STATUS)) {
            return status(service.substring(STATUS.length()));
        }
        if (HELLO.contains(service)) {
            return new Target.Hello();
        }
        if (LATER_NAMES.contains(service) || LATER_PREFIXES.stream().anyMatch(service::startsWith)) {
            throw notSupported(service);
        }
        Matcher address = ADDRESS.matcher(service);
        if (!address.matches() || address.group("authority").isEmpty()) {
            throw new IllegalArgumentException(
                    service + " is an invalid address, please make sure it has a scheme and a hostname");
        }
        String scheme = address.group("scheme").toLowerCase(Locale.ROOT);
        if (LATER.contains(scheme)) {
            throw notSupported(service);
        }
        if (!PLAIN.contains(scheme) && !TLS.contains(scheme)) {
            throw new IllegalArgumentException('"' + service + "\" is not a known service: the scheme must be http,"
                    + " https, ws or wss; http_status:N and hello_world need none");
        }
        if (!address.group("rest").isEmpty()) {
            throw new IllegalArgumentException(service + " is an invalid address, ingress rules don't support proxying"
                    + " to a different path on the origin; leave out all that follows host and port");
        }
        return origin(TLS.contains(scheme), address.group("authority"));
    }

    private static Target status(String status) {
        if (!status.matches("[1-9][0-9][0-9]")) {
            throw new IllegalArgumentException("invalid HTTP status code \"" + status + "\", must be 100 to 999");
        }
        return new Target.FixedStatus(Integer.parseInt(status));
    }

    private static Target origin(boolean tls, String authority) {
        if (authority.indexOf('@') >= 0) {
            throw new IllegalArgumentException("the address must not contain a user name or password");
        }
        Matcher parts = AUTHORITY.matcher(authority);
        if (!parts.matches() || parts.group("host").isEmpty()) {
            throw new IllegalArgumentException(
                    authority + " is an invalid address, please make sure it has a scheme and a hostname");
        }
        return new Target.HttpOrigin(tls, host(parts.group("host")), port(tls, parts.group("port")));
    }

    private static String host(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : HostName.ascii(host);
    }

    private static int port(boolean tls, String port) {
        if (port == null || port.isEmpty()) {
            return tls ? 443 : 80;
        }
        int number = port.length() <= 5 ? Integer.parseInt(port) : 0;
        if (number < 1 || number > 65535) {
            throw new IllegalArgumentException("the port must be 1 to 65535, was " + port);
        }
        return number;
    }

    private static IllegalArgumentException notSupported(String service) {
        return new IllegalArgumentException("service \"" + service + "\" is not supported by this version");
    }
}
