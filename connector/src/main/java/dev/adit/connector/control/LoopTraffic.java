package dev.adit.connector.control;

import dev.adit.connector.control.HostState.LastFailure;
import dev.adit.proxy.engine.ExchangeFacts;
import dev.adit.proxy.engine.ExchangeObserver;
import dev.adit.proxy.engine.RunningExchange;
import dev.adit.proxy.http.Failure;
import dev.adit.proxy.route.HostPattern;
import dev.adit.proxy.route.Route;
import io.netty.channel.EventLoop;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The exchanges of one event loop. Confined to it, but for {@link #ask}. Tells another observer as well. */
final class LoopTraffic implements ExchangeObserver {
    /** What rules without a host are called, as in a configuration. */
    static final String ALL_HOSTS = "*";

    /** Rules come and go while a process runs; those of still more hosts are counted together. */
    static final int MOST_HOSTS = 1000;

    /** What the hosts beyond {@link #MOST_HOSTS} are called together. */
    static final String OTHER_HOSTS = "others";

    private final EventLoop loop;
    private final ExchangeObserver next;
    private final Clock clock;
    /** The oldest first. */
    private final Set<ExchangeFacts> running = new LinkedHashSet<>();

    private final Map<String, HostState> hosts = new HashMap<>();

    LoopTraffic(EventLoop loop, ExchangeObserver next, Clock clock) {
        this.loop = loop;
        this.next = next;
        this.clock = clock;
    }

    @Override
    public void begun(ExchangeFacts exchange) {
        running.add(exchange);
        Route route = exchange.route();
        if (route != null) {
            hosts.merge(key(route), HostState.NONE.begun(), HostState::and);
        }
        next.begun(exchange);
    }

    @Override
    public void received(ExchangeFacts exchange, int bytes) {
        next.received(exchange, bytes);
    }

    @Override
    public void sent(ExchangeFacts exchange, int bytes) {
        next.sent(exchange, bytes);
    }

    @Override
    public void ended(ExchangeFacts exchange) {
        running.remove(exchange);
        Route route = exchange.route();
        if (route != null) {
            hosts.merge(key(route), HostState.NONE.ended(failure(exchange)), HostState::and);
        }
        next.ended(exchange);
    }

    private @Nullable LastFailure failure(ExchangeFacts exchange) {
        Failure failure = exchange.failure();
        return failure == null || failure.kind() == Failure.Kind.CANCELED
                ? null
                : new LastFailure(failure.kind(), clock.instant());
    }

    private String key(Route route) {
        HostPattern host = route.host();
        String name = host == null ? ALL_HOSTS : host.toString();
        return hosts.size() < MOST_HOSTS || hosts.containsKey(name) ? name : OTHER_HOSTS;
    }

    /** What {@code question} gives on the loop. */
    <T> CompletableFuture<T> ask(Supplier<T> question) {
        return CompletableFuture.supplyAsync(question, loop);
    }

    /** A picture of what is under way, the oldest first and {@code most} of them; on the loop. */
    List<RunningExchange> running(int most) {
        long now = System.nanoTime();
        return running.stream()
                .limit(most)
                .map(exchange -> RunningExchange.of(exchange, now))
                .toList();
    }

    /** How much is under way; on the loop. */
    int runningCount() {
        return running.size();
    }

    /** What became of the exchanges for each host; on the loop. */
    Map<String, HostState> hosts() {
        return Map.copyOf(hosts);
    }
}
