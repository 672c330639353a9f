package dev.adit.proxy.engine;

import dev.adit.proxy.config.GoDuration;
import dev.adit.proxy.http.Downstream;
import dev.adit.proxy.http.Exchange;
import dev.adit.proxy.http.ExchangeKind;
import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.RequestHead;
import java.time.Duration;
import java.time.Instant;

/** The built-in service behind {@code hello_world}: shows that a tunnel works before there is anything behind it. */
final class HelloService {
    private static final String PAGE = """
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><title>Adit works</title>
            <style>body{font:1.1em/1.5 system-ui,sans-serif;max-width:34em;margin:4em auto;padding:0 1em}</style></head>
            <body>
            <h1>Your tunnel works</h1>
            <p>This page comes from the connector itself. Give the rule a <code>service</code> such as
            <code>http://localhost:8080</code> to see your own.</p>
            </body>
            </html>
            """;

    /** cloudflared's. */
    private static final Duration PERIOD = Duration.ofSeconds(10);

    /** Nobody reads faster, and an event loop has other things to do. */
    private static final Duration SHORTEST = Duration.ofMillis(1);

    private HelloService() {}

    /**
     * Answers {@code head}: a page at {@code /}, {@code /uptime} as JSON, {@code /_health}, a WebSocket that echoes at
     * {@code /ws}, events at {@code /sse?freq=1s}, 404 at the rest.
     */
    static Exchange open(RequestHead head, Downstream downstream) {
        String path = head.path().toString();
        int query = path.indexOf('?');
        return switch (query < 0 ? path : path.substring(0, query)) {
            case "/ws" -> echo(head, downstream);
            case "/sse" -> events(head, downstream, query < 0 ? "" : path.substring(query + 1));
            case "/" -> LocalResponder.text(head, downstream, PAGE, "text/html; charset=utf-8");
            case "/uptime" -> LocalResponder.text(head, downstream, uptime(), "application/json");
            case "/_health" -> LocalResponder.text(head, downstream, "ok", "text/plain; charset=utf-8");
            default -> LocalResponder.status(downstream, 404);
        };
    }

    private static Exchange echo(RequestHead head, Downstream downstream) {
        if (head.kind() != ExchangeKind.WEBSOCKET) {
            return LocalResponder.fail(downstream, new Failure(Failure.Kind.UPGRADE_REQUIRED, "/ws is a WebSocket"));
        }
        downstream.head(StreamServices.acknowledgement(101, head));
        return new WebSocketEcho(downstream);
    }

    private static Exchange events(RequestHead head, Downstream downstream, String query) {
        String given = query.startsWith("freq=") ? query.substring("freq=".length()) : null;
        Duration period = given == null ? PERIOD : GoDuration.parse(given);
        if (period == null || period.compareTo(SHORTEST) < 0 || head.method().equals("HEAD")) {
            return LocalResponder.status(downstream, head.method().equals("HEAD") ? 200 : 400);
        }
        return new HelloEvents(downstream, period);
    }

    private static String uptime() {
        Instant started = ProcessHandle.current().info().startInstant().orElse(Instant.now());
        long seconds = Duration.between(started, Instant.now()).toSeconds();
        return "{\"startTime\":\"" + started + "\",\"uptime\":\"" + seconds + "s\"}";
    }
}
