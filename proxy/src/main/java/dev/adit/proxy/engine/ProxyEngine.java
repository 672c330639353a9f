package dev.adit.proxy.engine;

import dev.adit.proxy.http.Downstream;
import dev.adit.proxy.http.Exchange;
import dev.adit.proxy.http.ExchangeHandler;
import dev.adit.proxy.http.ExchangeKind;
import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.Failure.Kind;
import dev.adit.proxy.http.RequestHead;
import dev.adit.proxy.route.OriginOptions;
import dev.adit.proxy.route.Route;
import dev.adit.proxy.route.RouteTable;
import dev.adit.proxy.route.Target;
import dev.adit.proxy.upstream.UpstreamKey;
import dev.adit.proxy.upstream.Upstreams;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Finds the route of each request and starts its exchange. One for each event loop, confined to it. */
public final class ProxyEngine implements ExchangeHandler {
    private static final Duration HALF_OPEN_IDLE = Duration.ofSeconds(30);

    private final Supplier<RouteTable> routes;
    private final Upstreams upstreams;
    private final Duration halfOpenIdle;
    private final ExchangeLog log = new ExchangeLog(System::nanoTime);

    /** Reads {@code routes} once for each request; what it gives then holds to the end of the exchange. */
    public ProxyEngine(Supplier<RouteTable> routes, Upstreams upstreams) {
        this(routes, upstreams, HALF_OPEN_IDLE);
    }

    /** As above; {@code halfOpenIdle} is how long a stream of bytes goes on without any after one side has ended. */
    public ProxyEngine(Supplier<RouteTable> routes, Upstreams upstreams, Duration halfOpenIdle) {
        this.routes = routes;
        this.upstreams = upstreams;
        this.halfOpenIdle = halfOpenIdle;
    }

    @Override
    public Exchange open(RequestHead head, Downstream downstream) {
        if (head.kind() == ExchangeKind.TCP) {
            return openTcp(head, downstream);
        }
        Route route = routes.get().match(head.authority(), head.path());
        if (route == null) {
            return LocalResponder.fail(
                    downstream,
                    new Failure(Kind.BAD_REQUEST, "the path means one rule as sent and another one normalized"));
        }
        Target target = route.target();
        if (target instanceof Target.HttpOrigin) {
            HttpExchange exchange = new HttpExchange(head, downstream, route, this);
            exchange.start();
            return exchange;
        }
        if (target instanceof Target.FixedStatus fixed) {
            return LocalResponder.status(downstream, fixed.status());
        }
        return HelloService.open(head, downstream);
    }

    private Exchange openTcp(RequestHead head, Downstream downstream) {
        InetSocketAddress address = literal(head.authority().toString());
        if (address == null) {
            return LocalResponder.fail(
                    downstream, new Failure(Kind.UNRESOLVED, "the destination of a TCP stream must be IP:port"));
        }
        TcpExchange exchange = new TcpExchange(downstream, halfOpenIdle);
        Target.HttpOrigin destination = new Target.HttpOrigin(false, address.getHostString(), address.getPort());
        upstreams.dial(new UpstreamKey(destination, OriginOptions.DEFAULT), exchange);
        return exchange;
    }

    private static @Nullable InetSocketAddress literal(String authority) {
        int colon = authority.lastIndexOf(':');
        if (colon < 0) {
            return null;
        }
        String host = authority.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (!NetUtil.isValidIpV4Address(host) && !NetUtil.isValidIpV6Address(host)) {
            return null;
        }
        try {
            int port = Integer.parseInt(authority.substring(colon + 1));
            return port < 1 || port > 65_535 ? null : InetSocketAddress.createUnresolved(host, port);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    Upstreams upstreams() {
        return upstreams;
    }

    Duration halfOpenIdle() {
        return halfOpenIdle;
    }

    ExchangeLog log() {
        return log;
    }
}
