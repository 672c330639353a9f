package dev.adit.edgesim.tunnel;

import dev.adit.connector.wire.TunnelSecret;
import dev.adit.connector.wire.TunnelToken;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A tunnel that the simulator knows.
 *
 * @param name short name for logs and file names
 * @param hosts public host names that lead to it from the start, in lower case
 * @param service origin for all hosts if the edge manages the configuration, else null: the connector's own counts
 * @param token what a connector needs to serve it
 */
public record TunnelSpec(
        String name, List<String> hosts, @Nullable String service, TunnelToken token) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final Pattern HOST = Pattern.compile("[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?");
    // As long as those that the dashboard hands out.
    private static final int SECRET_BYTES = 32;

    /** The one account of the simulator: 32 hexadecimal digits, as an account tag is. */
    public static final String ACCOUNT = "ad170000000000000000000000000001";

    public TunnelSpec {
        hosts = List.copyOf(hosts);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "tunnel name must be letters, digits, '.', '_' or '-', was '" + name + "'");
        }
        hosts.forEach(TunnelSpec::checkHost);
        if (service != null) {
            checkService(name, service);
        }
    }

    /** A tunnel with a new id and secret. */
    public static TunnelSpec of(String name, List<String> hosts, @Nullable String service) {
        SecureRandom random = new SecureRandom();
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        TunnelToken token = new TunnelToken(ACCOUNT, UUID.randomUUID(), TunnelSecret.of(secret), null);
        return new TunnelSpec(name, hosts, service, token);
    }

    /** Reads {@code NAME=HOST[,HOST…][@SERVICE]}; throws IllegalArgumentException that says what is wrong with it. */
    public static TunnelSpec parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException("expected NAME=HOST[,HOST...][@SERVICE], was '" + text + "'");
        }
        String rest = text.substring(equals + 1);
        int at = rest.indexOf('@');
        String hostList = at < 0 ? rest : rest.substring(0, at);
        List<String> hosts = new ArrayList<>();
        for (String host : hostList.split(",", -1)) {
            hosts.add(host.trim().toLowerCase(Locale.ROOT));
        }
        return of(
                text.substring(0, equals).trim(),
                hosts,
                at < 0 ? null : rest.substring(at + 1).trim());
    }

    /** {@code host} in lower case; throws IllegalArgumentException if it is not a host name. */
    public static String checkHost(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        if (!HOST.matcher(lower).matches()) {
            throw new IllegalArgumentException("not a host name: '" + host + "'");
        }
        return lower;
    }

    /** The same tunnel with an id and a secret of the caller's choice. */
    public TunnelSpec withToken(TunnelToken other) {
        return new TunnelSpec(name, hosts, service, other);
    }

    private static void checkService(String name, String service) {
        try {
            URI uri = new URI(service);
            boolean hierarchical = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (uri.getScheme() == null || (hierarchical && uri.getHost() == null)) {
                throw new IllegalArgumentException(
                        "tunnel " + name + ": service must be a URL like http://127.0.0.1:8080, was '" + service + "'");
            }
            if (hierarchical && !uri.getRawPath().isEmpty()) {
                throw new IllegalArgumentException(
                        "tunnel " + name + ": service must not have a path, was '" + service + "'");
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("tunnel " + name + ": service is not a URL: '" + service + "'", e);
        }
    }
}
