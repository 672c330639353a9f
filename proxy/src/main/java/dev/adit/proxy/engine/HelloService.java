package dev.adit.proxy.engine;

import dev.adit.proxy.http.Downstream;
import dev.adit.proxy.http.Exchange;
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

    private HelloService() {}

    /** Answers {@code head}: a page at {@code /}, {@code /uptime} as JSON, {@code /_health}, 404 at the rest. */
    static Exchange open(RequestHead head, Downstream downstream) {
        String path = head.path().toString();
        int query = path.indexOf('?');
        return switch (query < 0 ? path : path.substring(0, query)) {
            case "/" -> LocalResponder.text(head, downstream, PAGE, "text/html; charset=utf-8");
            case "/uptime" -> LocalResponder.text(head, downstream, uptime(), "application/json");
            case "/_health" -> LocalResponder.text(head, downstream, "ok", "text/plain; charset=utf-8");
            default -> LocalResponder.status(downstream, 404);
        };
    }

    private static String uptime() {
        Instant started = ProcessHandle.current().info().startInstant().orElse(Instant.now());
        long seconds = Duration.between(started, Instant.now()).toSeconds();
        return "{\"startTime\":\"" + started + "\",\"uptime\":\"" + seconds + "s\"}";
    }
}
