package dev.adit.edgesim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A client of the simulator's API that asks as cloudflared does. */
final class ApiClient {
    static final String ACCOUNT = "/client/v4/accounts/" + TunnelSpec.ACCOUNT;
    static final String TUNNELS = ACCOUNT + "/cfd_tunnel";
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();
    private final EdgeSim sim;

    ApiClient(EdgeSim sim) {
        this.sim = sim;
    }

    /** Sends one request; {@code body} is JSON with single quotes for double ones. */
    Reply ask(String method, String path, @Nullable String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(sim.apiOrigin() + path))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + sim.apiToken())
                .header("Accept", "application/json;version=1")
                .header("User-Agent", "cloudflared/2025.1.0");
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')));
        }
        HttpResponse<String> answer =
                client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        String type = answer.headers().firstValue("content-type").orElse("");
        return new Reply(answer.statusCode(), type.equals("application/json") ? JSON.readTree(answer.body()) : null);
    }

    /** As {@link #ask}, for what must succeed; gives the result. */
    JsonNode result(String method, String path, @Nullable String body) throws IOException, InterruptedException {
        Reply reply = ask(method, path, body);
        if (reply.status() != 200 || !reply.json().path("success").asBoolean()) {
            throw new AssertionError(method + " " + path + " was answered with " + reply);
        }
        return reply.json().path("result");
    }

    /** Makes a tunnel; gives its id. */
    String tunnel(String name) throws IOException, InterruptedException {
        return result("POST", TUNNELS, "{'name':'" + name + "'}").path("id").textValue();
    }

    /** The id of the zone called {@code name}. */
    String zone(String name) throws IOException, InterruptedException {
        return result("GET", "/client/v4/zones?name=" + name, null)
                .path(0)
                .path("id")
                .textValue();
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** What was answered. */
    record Reply(int status, @Nullable JsonNode content) {
        JsonNode json() {
            if (content == null) {
                throw new AssertionError("the answer with status " + status + " is not JSON");
            }
            return content;
        }

        /** The code of the first error. */
        int code() {
            return json().path("errors").path(0).path("code").intValue();
        }
    }
}
