package dev.adit.proxy.engine;

import dev.adit.proxy.http.ExchangeKind;
import dev.adit.proxy.http.RequestHead;
import dev.adit.proxy.route.HostName;
import dev.adit.proxy.route.OriginOptions;
import dev.adit.proxy.route.Route;
import dev.adit.proxy.route.Target;
import dev.adit.proxy.upstream.Endpoint;
import dev.adit.proxy.upstream.Protocol;
import dev.adit.proxy.upstream.UpstreamKey;

/** Which connections may serve a request to an HTTP origin. */
final class OriginKeys {
    private OriginKeys() {}

    /** The key for {@code head}; WebSocket is HTTP/1.1 whatever the origin speaks beside it. */
    static UpstreamKey of(RequestHead head, Route route) {
        OriginOptions options = route.options();
        Target target = route.target();
        boolean http = head.kind() == ExchangeKind.HTTP;
        if (target instanceof Target.ClearHttp2Origin origin) {
            Endpoint endpoint = new Endpoint.Tcp(origin.host(), origin.port());
            return new UpstreamKey(endpoint, null, http ? Protocol.HTTP2 : Protocol.HTTP1, options);
        }
        Protocol overTls = http && options.http2Origin() ? Protocol.NEGOTIATED : Protocol.HTTP1;
        if (target instanceof Target.UnixOrigin origin) {
            Endpoint endpoint = new Endpoint.Unix(origin.path());
            return origin.tls()
                    ? new UpstreamKey(endpoint, tlsName(head, options, "localhost", true), overTls, options)
                    : new UpstreamKey(endpoint, null, Protocol.HTTP1, options);
        }
        Target.HttpOrigin origin = (Target.HttpOrigin) target;
        Endpoint endpoint = new Endpoint.Tcp(origin.host(), origin.port());
        return origin.tls()
                ? new UpstreamKey(
                        endpoint, tlsName(head, options, origin.host(), options.matchSniToHost()), overTls, options)
                : new UpstreamKey(endpoint, null, Protocol.HTTP1, options);
    }

    private static String tlsName(RequestHead head, OriginOptions options, String otherwise, boolean byHost) {
        String fixed = options.originServerName();
        if (fixed != null) {
            return fixed;
        }
        String override = options.httpHostHeader();
        String name = byHost ? HostName.ofAuthority(override == null ? head.authority() : override) : null;
        return name == null ? otherwise : name;
    }
}
