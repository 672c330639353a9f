package dev.adit.connector.metrics;

import dev.adit.connector.metrics.LoopMetrics.Origin;
import dev.adit.proxy.http.ExchangeKind;
import dev.adit.proxy.http.Failure;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * What the event loops counted, added up at each scrape.
 *
 * @param loops one for each event loop
 */
record EngineFamilies(List<LoopMetrics> loops) implements MultiCollector {
    EngineFamilies {
        loops = List.copyOf(loops);
    }

    @Override
    public MetricSnapshots collect() {
        Families families = new Families();
        addRequests(families);
        addRules(families);
        addOrigins(families);
        return families.all();
    }

    private void addRequests(Families families) {
        families.exactCounter(
                        "cloudflared_tunnel_total_requests",
                        "Requests and TCP streams that the edge sent.",
                        Families.value(sum(loop -> ofAllKinds(loop::begun))))
                .gauge(
                        "cloudflared_tunnel_concurrent_requests_per_tunnel",
                        "Requests and streams that are being served.",
                        Families.value(sum(loop -> ofAllKinds(loop::begun) - ofAllKinds(loop::ended))))
                .exactCounter(
                        "cloudflared_tunnel_response_by_code",
                        "Answers by status: origins' and our own, upgrades and those that broke off as well.",
                        statuses())
                .exactCounter(
                        "cloudflared_tunnel_request_errors",
                        "Requests that could not be served; adit_requests_total says why.",
                        Families.value(errors()))
                .gauge(
                        "cloudflared_tcp_active_sessions",
                        "TCP streams that are open.",
                        Families.value(sum(loop -> loop.begun(ExchangeKind.TCP) - loop.ended(ExchangeKind.TCP))))
                .exactCounter(
                        "cloudflared_tcp_total_sessions",
                        "TCP streams that the edge opened.",
                        Families.value(sum(loop -> loop.begun(ExchangeKind.TCP))));
        Families.Values begun = new Families.Values();
        Families.Values active = new Families.Values();
        for (ExchangeKind kind : ExchangeKind.values()) {
            String label = kind.name().toLowerCase(Locale.ROOT);
            begun.with(sum(loop -> loop.begun(kind)), "kind", label);
            active.with(sum(loop -> loop.begun(kind) - loop.ended(kind)), "kind", label);
        }
        families.counter("adit_exchanges", "Exchanges begun, by kind.", begun)
                .gauge("adit_active_exchanges", "Exchanges that are not over, by kind.", active);
    }

    private static long ofAllKinds(ToLongFunction<ExchangeKind> count) {
        long all = 0;
        for (ExchangeKind kind : ExchangeKind.values()) {
            all += count.applyAsLong(kind);
        }
        return all;
    }

    private Families.Values statuses() {
        Families.Values values = new Families.Values();
        for (int code = 100; code < 1000; code++) {
            int each = code;
            long count = sum(loop -> loop.status(each));
            if (count > 0) {
                values.with(count, "status_code", Integer.toString(code));
            }
        }
        return values;
    }

    private long errors() {
        long errors = 0;
        for (int place = 0; place <= LoopMetrics.NO_RULE; place++) {
            errors += rules(place).stream().mapToLong(RuleCells::errors).sum();
        }
        return errors;
    }

    private void addRules(Families families) {
        Families.Values requests = new Families.Values();
        Families.Values received = new Families.Values();
        Families.Values sent = new Families.Values();
        Map<Labels, Distribution.Total> heads = new LinkedHashMap<>();
        Map<Labels, Distribution.Total> durations = new LinkedHashMap<>();
        for (int place = 0; place <= LoopMetrics.NO_RULE; place++) {
            List<RuleCells> cells = rules(place);
            if (cells.isEmpty()) {
                continue;
            }
            String rule = label(place);
            Map<String, Long> outcomes = new TreeMap<>();
            cells.forEach(each -> each.addOutcomes(outcomes));
            outcomes.forEach((outcome, count) -> requests.with((long) count, "outcome", outcome, "rule", rule));
            received.with(cells.stream().mapToLong(RuleCells::receivedBytes).sum(), "rule", rule);
            sent.with(cells.stream().mapToLong(RuleCells::sentBytes).sum(), "rule", rule);
            heads.put(Labels.of("rule", rule), total(cells, RuleCells::heads));
            durations.put(Labels.of("rule", rule), total(cells, RuleCells::durations));
        }
        families.counter(
                        "adit_requests",
                        "Requests and streams that are over, by the number of their ingress rule, from 0, and by the class"
                                + " of the status or the reason why they failed.",
                        requests)
                .counter("adit_request_bytes", "Bytes of bodies and streams from eyeballs.", received)
                .counter("adit_response_bytes", "Bytes of bodies and streams to eyeballs.", sent)
                .histogram("adit_response_head_seconds", "Time from a request's head to its response's.", heads)
                .histogram("adit_request_duration_seconds", "Time from a request's head to its end.", durations);
    }

    private void addOrigins(Families families) {
        long open = sum(loop -> loop.origin(Origin.OPENED) - loop.origin(Origin.CLOSED));
        long idle = sum(loop -> loop.origin(Origin.IDLE) - loop.origin(Origin.IDLE_NO_MORE));
        Families.Values connects = Families.value(sum(loop -> loop.origin(Origin.CONNECTED)), "outcome", "connected");
        for (Failure.Kind why : Failure.Kind.values()) {
            long count = sum(loop -> loop.notConnectedCount(why));
            if (count > 0) {
                connects.with(count, "outcome", RuleCells.reason(why));
            }
        }
        Map<Labels, Distribution.Total> times = Map.of(
                Labels.EMPTY,
                Distribution.total(
                        LoopMetrics.CONNECT_TIMES,
                        loops.stream().map(LoopMetrics::connects).toList()));
        families.histogram(
                        "cloudflared_proxy_connect_latency",
                        "Milliseconds until a new connection to an origin can be used, TLS included.",
                        times)
                .gauge(
                        "adit_origin_connections",
                        "Connections to origins that are in use, or idle in the pool.",
                        Families.value(Math.max(0, open - idle), "state", "used")
                                .with(idle, "state", "idle"))
                .counter("adit_origin_connects", "Dials to origins, and why they failed.", connects)
                .counter(
                        "adit_origin_reuses",
                        "Requests that got a connection from the pool.",
                        Families.value(sum(loop -> loop.origin(Origin.REUSED))))
                .gauge(
                        "adit_origin_waiting_requests",
                        "Requests that wait, since their origin has all the connections that it may.",
                        // One loop may count on between the two.
                        Families.value(sum(
                                loop -> Math.max(0, loop.origin(Origin.WAITS) - loop.origin(Origin.WAITS_NO_MORE)))))
                .counter(
                        "adit_origin_waits",
                        "Requests that had to wait, since their origin had all the connections that it may.",
                        Families.value(sum(loop -> loop.origin(Origin.WAITS))));
    }

    private long sum(ToLongFunction<LoopMetrics> count) {
        return loops.stream().mapToLong(count).sum();
    }

    private List<RuleCells> rules(int place) {
        return loops.stream()
                .map(loop -> loop.rule(place))
                .filter(Objects::nonNull)
                .toList();
    }

    private static Distribution.Total total(List<RuleCells> cells, Function<RuleCells, Distribution> part) {
        return Distribution.total(RuleCells.TIMES, cells.stream().map(part).toList());
    }

    private static String label(int place) {
        if (place == LoopMetrics.NO_RULE) {
            return "none";
        }
        return place == LoopMetrics.OTHER_RULES ? "other" : Integer.toString(place);
    }
}
