package dev.adit.connector.diag;

import dev.adit.proxy.config.ConfigNode;
import dev.adit.proxy.config.InvalidConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks connectors on this machine by their local HTTP server. Blocks. */
public final class Instances {
    /** cloudflared's limit for one request. */
    private static final Duration ANSWER = Duration.ofSeconds(15);

    /** Far above what any of the documents has; a stranger may listen on the port. */
    private static final int MAX_BYTES = 64 << 20;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    /**
     * A connector that answers.
     *
     * @param address {@code HOST:PORT} of its local HTTP server
     * @param tunnelId the tunnel that it serves
     * @param connectorId itself
     */
    public record Instance(String address, String tunnelId, String connectorId) {}

    /** Those of {@code addresses} at which a connector answers. */
    public List<Instance> find(List<String> addresses) {
        List<Instance> found = new ArrayList<>();
        for (String address : addresses) {
            Instance instance = at(address);
            if (instance != null) {
                found.add(instance);
            }
        }
        return found;
    }

    private @Nullable Instance at(String address) {
        try {
            String text = new String(get(address, "/diag/tunnel"), StandardCharsets.UTF_8);
            ConfigNode document = ConfigNode.json(address, text);
            String tunnel = document.isMap() ? document.string("tunnelID") : null;
            String connector = document.isMap() ? document.string("connectorID") : null;
            return tunnel == null || connector == null ? null : new Instance(address, tunnel, connector);
        } catch (IOException | InvalidConfig e) {
            return null;
        }
    }

    /**
     * The answer to a GET.
     *
     * @throws IOException if there is none in time, or none with status 200; the message says which
     */
    public byte[] get(String address, String path) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + path))
                .timeout(ANSWER)
                .build();
        try {
            HttpResponse<InputStream> answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                if (answer.statusCode() != 200) {
                    throw new IOException(path + " answered with status " + answer.statusCode());
                }
                byte[] bytes = body.readNBytes(MAX_BYTES);
                if (bytes.length == MAX_BYTES) {
                    throw new IOException(path + " answered with more than " + MAX_BYTES + " bytes");
                }
                return bytes;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(path + " was not waited for", e);
        }
    }
}
