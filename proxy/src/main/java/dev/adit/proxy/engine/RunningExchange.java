package dev.adit.proxy.engine;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One exchange as people see it who look at what is under way, without secrets. Immutable.
 *
 * @param kind http, websocket or tcp
 * @param method of the request
 * @param host that was asked for
 * @param path with its query, in which the values of telling parameters are masked
 * @param connection the number of the connection that it came on, or -1
 * @param rule the position of its rule; null if it belongs to none
 * @param service where the rule leads; null if it belongs to none
 * @param ray the edge's id of the request; null if there is none
 * @param id what something before us called it; null if there is none
 * @param status that the eyeball gets; 0 before there is one
 * @param ageMillis since it began
 * @param receivedBytes of body or stream that came from the eyeball
 * @param sentBytes of body or stream that were sent to the eyeball
 */
public record RunningExchange(
        String kind,
        String method,
        String host,
        String path,
        int connection,
        @Nullable Integer rule,
        @Nullable String service,
        @Nullable String ray,
        @Nullable String id,
        int status,
        long ageMillis,
        long receivedBytes,
        long sentBytes) {

    /** A picture of {@code exchange} at {@code nowNanos}, of {@link System#nanoTime()}; on its event loop. */
    public static RunningExchange of(ExchangeFacts exchange, long nowNanos) {
        Incoming request = new Incoming(exchange.request(), exchange.route(), exchange.connection());
        return new RunningExchange(
                exchange.request().kind().name().toLowerCase(Locale.ROOT),
                exchange.request().method().toString(),
                exchange.request().authority().toString(),
                Redaction.queries(exchange.request().path()),
                exchange.connection(),
                request.rule(),
                request.service(),
                request.ray(),
                request.id(),
                exchange.status(),
                TimeUnit.NANOSECONDS.toMillis(nowNanos - exchange.beganNanos()),
                exchange.receivedBytes(),
                exchange.sentBytes());
    }
}
