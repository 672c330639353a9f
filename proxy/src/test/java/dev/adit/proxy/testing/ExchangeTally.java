package dev.adit.proxy.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.engine.ExchangeFacts;
import dev.adit.proxy.engine.ExchangeObserver;
import dev.adit.proxy.http.Failure;
import dev.adit.proxy.route.Route;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps book of what an engine's observer is told. Written on the engine's loop, read by tests. */
public final class ExchangeTally implements ExchangeObserver {
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final Queue<String> ends = new ConcurrentLinkedQueue<>();

    @Override
    public void begun(ExchangeFacts exchange) {
        begun.incrementAndGet();
    }

    @Override
    public void ended(ExchangeFacts exchange) {
        Failure failure = exchange.failure();
        Route route = exchange.route();
        ends.add(exchange.request().kind() + " rule=" + (route == null ? "none" : route.index()) + " status="
                + exchange.status() + " failure=" + (failure == null ? "none" : failure.kind()) + " received="
                + exchange.receivedBytes() + " sent=" + exchange.sentBytes());
        ended.incrementAndGet();
    }

    /** Waits for the next end of an exchange, and gives it in words. */
    public String next() {
        Waiting.until("an exchange has ended", () -> !ends.isEmpty());
        return ends.remove();
    }

    /** Fails unless every exchange that began has ended, and no more. */
    void assertAllEnded() {
        assertThat(ended.get()).as("ends of the %s exchanges that began", begun).isEqualTo(begun.get());
    }
}
