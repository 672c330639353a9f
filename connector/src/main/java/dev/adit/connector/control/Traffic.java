package dev.adit.connector.control;

import dev.adit.proxy.engine.ExchangeObserver;
import dev.adit.proxy.engine.RunningExchange;
import io.netty.channel.EventLoop;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/** The exchanges of all event loops, each of which is asked on itself. For any thread. */
public final class Traffic {
    /** More than that nobody reads; the number of all is told as well. */
    static final int MOST_LISTED = 1000;

    private final Clock clock;
    private final List<LoopTraffic> loops = new CopyOnWriteArrayList<>();

    /** Takes the time of failures from {@code clock}. */
    public Traffic(Clock clock) {
        this.clock = clock;
    }

    /** What is to observe the exchanges of {@code loop}; it tells {@code next} as well. */
    public ExchangeObserver on(EventLoop loop, ExchangeObserver next) {
        LoopTraffic traffic = new LoopTraffic(loop, next, clock);
        loops.add(traffic);
        return traffic;
    }

    /** The oldest of what is under way, and how much there is. */
    record Running(int total, List<RunningExchange> oldest) {
        Running and(Running other) {
            List<RunningExchange> all = new ArrayList<>(oldest);
            all.addAll(other.oldest);
            all.sort(Comparator.comparingLong(RunningExchange::ageMillis).reversed());
            return new Running(total + other.total, all.subList(0, Math.min(all.size(), MOST_LISTED)));
        }
    }

    CompletableFuture<Running> running() {
        return together(
                loop -> new Running(loop.runningCount(), loop.running(MOST_LISTED)),
                new Running(0, List.of()),
                Running::and);
    }

    CompletableFuture<Map<String, HostState>> hosts() {
        return together(LoopTraffic::hosts, Map.of(), Traffic::merged);
    }

    private <T> CompletableFuture<T> together(Function<LoopTraffic, T> question, T nothing, BinaryOperator<T> both) {
        CompletableFuture<T> all = CompletableFuture.completedFuture(nothing);
        for (LoopTraffic loop : loops) {
            all = all.thenCombine(loop.ask(() -> question.apply(loop)), both);
        }
        return all;
    }

    private static Map<String, HostState> merged(Map<String, HostState> some, Map<String, HostState> more) {
        Map<String, HostState> all = new HashMap<>(some);
        more.forEach((host, state) -> all.merge(host, state, HostState::and));
        return all;
    }
}
