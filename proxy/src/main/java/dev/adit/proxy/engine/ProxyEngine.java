package dev.adit.proxy.engine;

import dev.adit.proxy.access.AccessGate.Verdict;
import dev.adit.proxy.http.Downstream;
import dev.adit.proxy.http.Exchange;
import dev.adit.proxy.http.ExchangeHandler;
import dev.adit.proxy.http.ExchangeKind;
import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.Failure.Kind;
import dev.adit.proxy.http.RequestHead;
import dev.adit.proxy.route.AccessPolicy;
import dev.adit.proxy.route.Route;
import dev.adit.proxy.route.RouteTable;
import dev.adit.proxy.route.Target;
import dev.adit.proxy.upstream.Upstreams;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Finds the route of each request and starts its exchange. One for each event loop, confined to it. */
public final class ProxyEngine implements ExchangeHandler {
    private static final String ACCESS_TOKEN = "cf-access-jwt-assertion";

    private final Supplier<RouteTable> routes;
    private final Upstreams upstreams;
    private final EngineContext context;
    private final StreamServices streams = new StreamServices(this);
    private final ExchangeLog log = new ExchangeLog(System::nanoTime);
    private final ExchangeObserver observer;

    /** Reads {@code routes} once for each request; what it gives then holds to the end of the exchange. */
    public ProxyEngine(Supplier<RouteTable> routes, Upstreams upstreams, EngineContext context) {
        this(routes, upstreams, context, ExchangeObserver.NONE);
    }

    /** The same, and tells {@code observer} of every exchange. */
    public ProxyEngine(
            Supplier<RouteTable> routes, Upstreams upstreams, EngineContext context, ExchangeObserver observer) {
        this.routes = routes;
        this.upstreams = upstreams;
        this.context = context;
        this.observer = observer;
    }

    @Override
    public Exchange open(RequestHead head, Downstream downstream) {
        ObservedExchange observed = new ObservedExchange(head, downstream, observer);
        return observed.serving(open(head, observed));
    }

    private Exchange open(RequestHead head, ObservedExchange observed) {
        Downstream downstream = observed.answer();
        if (head.kind() == ExchangeKind.TCP) {
            observed.begin(null);
            return streams.openFlow(head, downstream);
        }
        Route route = routes.get().match(head.authority(), head.path());
        observed.begin(route);
        Incoming incoming = new Incoming(head, route, downstream.connection());
        log.received(incoming);
        if (route == null) {
            return fail(
                    incoming,
                    downstream,
                    new Failure(Kind.BAD_REQUEST, "the path means one rule as sent and another one normalized"));
        }
        AccessPolicy policy = route.access();
        return policy == null ? serve(head, downstream, route) : check(policy, head, downstream, route);
    }

    private Exchange check(AccessPolicy policy, RequestHead head, Downstream downstream, Route route) {
        GatedExchange gated = new GatedExchange(downstream);
        CompletableFuture<Verdict> verdict =
                context.access().check(policy, head.headers().get(ACCESS_TOKEN));
        verdict.thenAcceptAsync(
                known -> gated.goOn(() -> afterCheck(known, head, downstream, route)), downstream.eventLoop());
        return gated;
    }

    private Exchange afterCheck(Verdict verdict, RequestHead head, Downstream downstream, Route route) {
        Incoming incoming = new Incoming(head, route, downstream.connection());
        return switch (verdict.decision()) {
            case ADMITTED -> serve(head, downstream, route);
            case DENIED -> {
                log.denied(incoming, verdict.why());
                yield LocalResponder.status(downstream, 403);
            }
            case NO_KEYS -> fail(incoming, downstream, new Failure(Kind.NO_KEYS, verdict.why()));
        };
    }

    private Exchange serve(RequestHead head, Downstream downstream, Route route) {
        Target target = route.target();
        if (target instanceof Target.HttpService) {
            HttpExchange exchange = new HttpExchange(head, downstream, route, this);
            exchange.start();
            return exchange;
        }
        if (target instanceof Target.StreamService) {
            return streams.open(head, downstream, route);
        }
        if (target instanceof Target.FixedStatus fixed) {
            return LocalResponder.status(downstream, fixed.status());
        }
        return HelloService.open(head, downstream);
    }

    /** Answers with the status of {@code failure}, which the log tells. */
    Exchange fail(Incoming incoming, Downstream downstream, Failure failure) {
        log.failed(incoming, failure);
        return LocalResponder.fail(downstream, failure);
    }

    Upstreams upstreams() {
        return upstreams;
    }

    EngineContext context() {
        return context;
    }

    ExchangeLog log() {
        return log;
    }
}
