package dev.adit.connector.settings;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What was given, as a log may show it: values only of settings that are known to hold no secret. */
public final class ShownSettings {
    private static final String MASK = "*****";

    /** Everything else is masked, so that a new setting is until someone has thought about it. */
    private static final Set<String> OPEN = Set.of(
            "access-log",
            "backoff-exponent",
            "cacert",
            "config",
            "credentials-file",
            "dial-edge-timeout",
            "dns-over-tls",
            "dns-server",
            "edge",
            "edge-bind-address",
            "edge-ip-version",
            "exit-after",
            "grace-period",
            "ha-connections",
            "hello-world",
            "http-host-header",
            "log-directory",
            "log-max-files",
            "log-max-size",
            "log-timezone",
            "logfile",
            "loglevel",
            "metrics",
            "no-autoupdate",
            "no-chunked-encoding",
            "no-tls-verify",
            "origin-ca-pool",
            "origin-server-name",
            "output",
            "pidfile",
            "protocol",
            "proxy-connect-timeout",
            "proxy-keepalive-connections",
            "proxy-keepalive-timeout",
            "proxy-no-happy-eyeballs",
            "proxy-tcp-keepalive",
            "proxy-tls-timeout",
            "region",
            "retries",
            "rpc-timeout",
            "state-dir",
            "token-file",
            "transport-loglevel",
            "unix-socket");

    private ShownSettings() {}

    /** The settings that someone gave, such as {@code map[loglevel:debug token:*****]}; cloudflared's form. */
    public static String of(Settings settings) {
        return settings.givenNames().stream()
                .map(name -> name + ":" + value(settings, name))
                .collect(Collectors.joining(" ", "map[", "]"));
    }

    /** The same, one a line, with the place that each comes from. */
    public static List<String> withPlaces(Settings settings) {
        return settings.givenNames().stream()
                .map(name -> name + "=" + value(settings, name) + "  from " + place(settings, name))
                .toList();
    }

    private static String place(Settings settings, String name) {
        String place = settings.place(name);
        return settings.origin(name) == Settings.Origin.FILE ? "the file's " + place : place;
    }

    private static String value(Settings settings, String name) {
        return OPEN.contains(name) ? String.join(",", settings.list(name)) : MASK;
    }
}
