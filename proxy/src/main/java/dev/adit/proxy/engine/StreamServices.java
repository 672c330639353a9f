package dev.adit.proxy.engine;

import dev.adit.proxy.http.Downstream;
import dev.adit.proxy.http.Exchange;
import dev.adit.proxy.http.ExchangeKind;
import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.Failure.Kind;
import dev.adit.proxy.http.RequestHead;
import dev.adit.proxy.http.ResponseHead;
import dev.adit.proxy.route.FlowLimits;
import dev.adit.proxy.route.IpRules;
import dev.adit.proxy.route.OriginOptions;
import dev.adit.proxy.route.Route;
import dev.adit.proxy.route.Target;
import dev.adit.proxy.upstream.UpstreamKey;
import dev.adit.proxy.upstream.UpstreamListener;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Starts the exchanges that carry bytes: for rules whose service is no HTTP origin, and for streams without a rule. */
final class StreamServices {
    private static final String JUMP_DESTINATION = "cf-access-jump-destination";
    private static final String ACCEPT_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /** Where to, and which of its addresses may be tried. */
    private record Destination(
            InetSocketAddress address, @Nullable IpRules allowed) {}

    private final ProxyEngine engine;

    StreamServices(ProxyEngine engine) {
        this.engine = engine;
    }

    /** Serves {@code head}, which a rule with a {@link Target.StreamService} has got. */
    Exchange open(RequestHead head, Downstream downstream, Route route) {
        if (head.kind() != ExchangeKind.WEBSOCKET) {
            return engine.fail(
                    new Incoming(head, route, downstream.connection()),
                    downstream,
                    new Failure(Kind.UPGRADE_REQUIRED, "the service takes bytes in WebSocket messages"));
        }
        WebSocketDownstream socket =
                new WebSocketDownstream(downstream, engine.context().pingEvery());
        Target target = route.target();
        if (target instanceof Target.SocksProxy proxy) {
            return socks(head, socket, (asked, listener) -> dial(asked, route.options(), proxy.allowed(), listener));
        }
        if (target instanceof Target.TcpService service) {
            InetSocketAddress fixed = InetSocketAddress.createUnresolved(service.host(), service.port());
            return service.socks()
                    ? socks(head, socket, (asked, listener) -> dial(fixed, route.options(), null, listener))
                    : tcp(head, socket, route, new Destination(fixed, null));
        }
        Target.Bastion bastion = (Target.Bastion) target;
        InetSocketAddress named = destination(head.headers().get(JUMP_DESTINATION));
        if (named == null) {
            return engine.fail(
                    new Incoming(head, route, downstream.connection()),
                    downstream,
                    new Failure(Kind.UNRESOLVED, "no host and port in " + JUMP_DESTINATION));
        }
        head.headers().remove(JUMP_DESTINATION);
        return tcp(head, socket, route, new Destination(named, bastion.allowed()));
    }

    private Exchange socks(
            RequestHead head, WebSocketDownstream socket, BiConsumer<InetSocketAddress, UpstreamListener> dial) {
        socket.head(acknowledgement(101, head));
        return socket.serving(new SocksExchange(socket, engine.context().halfOpenIdle(), dial));
    }

    private Exchange tcp(RequestHead head, WebSocketDownstream socket, Route route, Destination to) {
        TcpExchange exchange = new TcpExchange(
                socket,
                new TcpExchange.Plan(
                        acknowledgement(101, head),
                        route.options().connectRetry(),
                        engine.context().halfOpenIdle(),
                        failure -> engine.log().failed(new Incoming(head, route, socket.connection()), failure),
                        () -> {}));
        Exchange inbound = socket.serving(exchange);
        exchange.start(() -> dial(to.address, route.options(), to.allowed, exchange));
        return inbound;
    }

    /** Serves a stream without a rule, whose destination is its authority; the bytes are not framed. */
    Exchange openFlow(RequestHead head, Downstream downstream) {
        Incoming incoming = new Incoming(head, null, downstream.connection());
        InetSocketAddress address = literal(head.authority().toString());
        if (address == null) {
            return engine.fail(
                    incoming,
                    downstream,
                    new Failure(Kind.UNRESOLVED, "the destination of a TCP stream must be IP:port"));
        }
        Flows flows = engine.context().flows();
        if (!flows.begin()) {
            return engine.fail(
                    incoming, downstream, new Failure(Kind.FLOW_LIMIT, "Too many concurrent flows being handled"));
        }
        FlowLimits limits = flows.limits();
        OriginOptions options = OriginOptions.forFlow(limits.connectTimeout(), limits.tcpKeepAlive());
        TcpExchange exchange = new TcpExchange(
                downstream,
                new TcpExchange.Plan(
                        acknowledgement(200, head),
                        Duration.ZERO,
                        engine.context().halfOpenIdle(),
                        failure -> engine.log().failed(incoming, failure),
                        flows::end));
        return exchange.start(() -> dial(address, options, limits.allowed(), exchange));
    }

    private void dial(
            InetSocketAddress to, OriginOptions options, @Nullable IpRules allowed, UpstreamListener listener) {
        Predicate<InetSocketAddress> filter =
                allowed == null ? any -> true : found -> allowed.allows(found.getAddress(), found.getPort());
        engine.upstreams().dial(UpstreamKey.tcp(to.getHostString(), to.getPort(), options), filter, listener);
    }

    /** The answer that a WebSocket client waits for, if the eyeball is one; without extensions and sub-protocols. */
    static ResponseHead acknowledgement(int status, RequestHead head) {
        HttpHeaders fields = new DefaultHttpHeaders();
        String key = head.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        if (key != null) {
            fields.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                    .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                    .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, accept(key));
        }
        return new ResponseHead(status, fields, true);
    }

    private static String accept(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key.trim() + ACCEPT_GUID).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    /** Host and port of an address with or without a scheme and path; null if it has not both. */
    static @Nullable InetSocketAddress destination(@Nullable String text) {
        if (text == null) {
            return null;
        }
        int scheme = text.indexOf("://");
        String rest = scheme < 0 ? text : text.substring(scheme + 3);
        int slash = rest.indexOf('/');
        return hostAndPort(slash < 0 ? rest : rest.substring(0, slash));
    }

    private static @Nullable InetSocketAddress literal(String authority) {
        InetSocketAddress address = hostAndPort(authority);
        boolean isLiteral = address != null
                && (NetUtil.isValidIpV4Address(address.getHostString())
                        || NetUtil.isValidIpV6Address(address.getHostString()));
        return isLiteral ? address : null;
    }

    private static @Nullable InetSocketAddress hostAndPort(String authority) {
        int colon = authority.lastIndexOf(':');
        if (colon < 1) {
            return null;
        }
        String host = authority.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (bracketed) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isEmpty() || (!bracketed && host.indexOf(':') >= 0)) {
            return null;
        }
        try {
            int port = Integer.parseInt(authority.substring(colon + 1));
            return port < 1 || port > 65_535 ? null : InetSocketAddress.createUnresolved(host, port);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
