package dev.adit.proxy.engine;

import dev.adit.proxy.http.Failure;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one line for each exchange that is over, to a logger of its own that is silent unless someone wants it. Tells
 * another observer as well.
 */
public final class AccessLog implements ExchangeObserver {
    /** The name of the logger. */
    public static final String LOGGER = "dev.adit.access";

    private static final Logger log = LoggerFactory.getLogger(LOGGER);

    private final ExchangeObserver next;

    public AccessLog(ExchangeObserver next) {
        this.next = next;
    }

    @Override
    public void begun(ExchangeFacts exchange) {
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
        next.ended(exchange);
        if (log.isInfoEnabled()) {
            write(exchange);
        }
    }

    private static void write(ExchangeFacts exchange) {
        Incoming request = new Incoming(exchange.request(), exchange.route(), exchange.connection());
        long now = System.nanoTime();
        log.info(
                "Access method={} host={} path={} status={} bytesSent={} bytesReceived={} durationMs={} headMs={} reason={}"
                        + " event={} connIndex={} ingressRule={} originService={} cfRay={} requestId={}",
                request.head().method(),
                request.head().authority(),
                Redaction.queries(request.head().path()),
                exchange.status(),
                exchange.sentBytes(),
                exchange.receivedBytes(),
                millis(now - exchange.beganNanos()),
                headMillis(exchange),
                reason(exchange),
                request.event(),
                request.connIndex(),
                request.rule(),
                request.service(),
                request.ray(),
                request.id());
    }

    private static @Nullable Double headMillis(ExchangeFacts exchange) {
        return exchange.headNanos() == 0 ? null : Double.valueOf(millis(exchange.headNanos() - exchange.beganNanos()));
    }

    private static @Nullable Object reason(ExchangeFacts exchange) {
        Failure failure = exchange.failure();
        return failure == null ? null : failure.kind();
    }

    private static double millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMicros(nanos) / 1000.0;
    }
}
