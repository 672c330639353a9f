package dev.adit.connector.metrics;

import dev.adit.connector.admin.AdminAnswer;
import dev.adit.connector.admin.AdminRequest;
import dev.adit.connector.admin.Endpoint;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Asks an endpoint as Prometheus does. */
final class Scrape {
    private Scrape() {}

    static AdminAnswer of(Endpoint endpoint, String accept) throws Exception {
        AdminRequest request =
                new AdminRequest("GET", "/metrics", Map.of(), new DefaultHttpHeaders().add("accept", accept), "", true);
        return endpoint.answer(request).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
