package dev.adit.connector.metrics;

import dev.adit.proxy.engine.ExchangeFacts;
import dev.adit.proxy.engine.ExchangeObserver;
import dev.adit.proxy.http.ExchangeKind;
import dev.adit.proxy.http.Failure;
import dev.adit.proxy.route.Route;
import dev.adit.proxy.upstream.OriginObserver;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** What one event loop counts. Changed on that loop only, without locks and, once each rule was met, without allocation. */
public final class LoopMetrics implements ExchangeObserver, OriginObserver {
    /** The rules that are told apart; those above are counted together. */
    static final int MOST_RULES = 64;

    /** The place of the rules above {@link #MOST_RULES}. */
    static final int OTHER_RULES = MOST_RULES;

    /** The place of what belongs to no rule. */
    static final int NO_RULE = MOST_RULES + 1;

    /** cloudflared's. */
    static final Bounds CONNECT_TIMES = new Bounds(TimeUnit.MILLISECONDS, 1, 10, 25, 50, 100, 500, 1000, 5000);

    private static final int STATUSES = 1000;

    /** What is counted for origins. */
    enum Origin {
        OPENED,
        CLOSED,
        IDLE,
        IDLE_NO_MORE,
        REUSED,
        WAITS,
        WAITS_NO_MORE,
        CONNECTED
    }

    private final Tallies<ExchangeKind> begun = new Tallies<>(ExchangeKind.class);
    private final Tallies<ExchangeKind> ended = new Tallies<>(ExchangeKind.class);
    private final Cells statuses = new Cells(STATUSES);
    private final Tallies<Origin> origins = new Tallies<>(Origin.class);
    private final Tallies<Failure.Kind> notConnected = new Tallies<>(Failure.Kind.class);
    private final Distribution connects = new Distribution(CONNECT_TIMES);
    private final AtomicReferenceArray<@Nullable RuleCells> rules = new AtomicReferenceArray<>(MOST_RULES + 2);

    LoopMetrics() {}

    @Override
    public void begun(ExchangeFacts exchange) {
        begun.add(exchange.request().kind(), 1);
    }

    @Override
    public void received(ExchangeFacts exchange, int bytes) {
        rule(exchange).received(bytes);
    }

    @Override
    public void sent(ExchangeFacts exchange, int bytes) {
        rule(exchange).sent(bytes);
    }

    @Override
    public void ended(ExchangeFacts exchange) {
        ExchangeKind kind = exchange.request().kind();
        ended.add(kind, 1);
        int status = exchange.status();
        if (status > 0 && status < STATUSES) {
            statuses.add(status, 1);
        }
        RuleCells rule = rule(exchange);
        Failure failure = exchange.failure();
        if (failure == null) {
            rule.answered(status);
        } else {
            rule.failed(failure.kind());
        }
        if (kind == ExchangeKind.HTTP) {
            if (status > 0) {
                rule.heads().record(exchange.headNanos() - exchange.beganNanos());
            }
            rule.durations().record(System.nanoTime() - exchange.beganNanos());
        }
    }

    @Override
    public void connected(long nanos) {
        origins.add(Origin.CONNECTED, 1);
        connects.record(nanos);
    }

    @Override
    public void notConnected(Failure.Kind why) {
        notConnected.add(why, 1);
    }

    @Override
    public void opened() {
        origins.add(Origin.OPENED, 1);
    }

    @Override
    public void closed() {
        origins.add(Origin.CLOSED, 1);
    }

    @Override
    public void idle() {
        origins.add(Origin.IDLE, 1);
    }

    @Override
    public void idleNoMore() {
        origins.add(Origin.IDLE_NO_MORE, 1);
    }

    @Override
    public void reused() {
        origins.add(Origin.REUSED, 1);
    }

    @Override
    public void waits() {
        origins.add(Origin.WAITS, 1);
    }

    @Override
    public void waitsNoMore() {
        origins.add(Origin.WAITS_NO_MORE, 1);
    }

    long begun(ExchangeKind kind) {
        return begun.get(kind);
    }

    long ended(ExchangeKind kind) {
        return ended.get(kind);
    }

    long status(int code) {
        return statuses.get(code);
    }

    long origin(Origin what) {
        return origins.get(what);
    }

    long notConnectedCount(Failure.Kind why) {
        return notConnected.get(why);
    }

    Distribution connects() {
        return connects;
    }

    /** What was counted for the rule at {@code place}; null if it was never met. */
    @Nullable
    RuleCells rule(int place) {
        return rules.getAcquire(place);
    }

    private RuleCells rule(ExchangeFacts exchange) {
        Route route = exchange.route();
        int place = route == null ? NO_RULE : Math.min(route.index(), OTHER_RULES);
        RuleCells known = rules.getPlain(place);
        if (known != null) {
            return known;
        }
        RuleCells made = new RuleCells();
        rules.setRelease(place, made);
        return made;
    }
}
