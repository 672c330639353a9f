package dev.adit.proxy.engine;

import dev.adit.proxy.route.Target;

/** What a target is called where people read it: as a configuration has it. */
public final class ServiceName {
    private ServiceName() {}

    /** The name of {@code target}, without a password. */
    public static String of(Target target) {
        if (target instanceof Target.HttpOrigin origin) {
            return url(origin.tls() ? "https" : "http", origin.host(), origin.port());
        }
        if (target instanceof Target.ClearHttp2Origin origin) {
            return url("h2c", origin.host(), origin.port());
        }
        if (target instanceof Target.UnixOrigin origin) {
            return (origin.tls() ? "unix+tls:" : "unix:") + origin.path();
        }
        if (target instanceof Target.TcpService service) {
            return url("tcp", service.host(), service.port());
        }
        if (target instanceof Target.FixedStatus fixed) {
            return "http_status:" + fixed.status();
        }
        if (target instanceof Target.Bastion) {
            return "bastion";
        }
        return target instanceof Target.SocksProxy ? "socks-proxy" : "hello_world";
    }

    private static String url(String scheme, String host, int port) {
        return scheme + "://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
