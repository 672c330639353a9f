package dev.adit.connector.account;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.adit.connector.wire.TunnelSecret;
import dev.adit.proxy.config.ConfigNode;
import dev.adit.proxy.config.InvalidConfig;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tunnels and routes of one account, through Cloudflare's API v4. Its calls block; each throws {@link AccountFailure} if
 * the API says no. Confined to one thread.
 */
public final class AccountApi {
    private static final int PER_PAGE = 100;

    /** A bound for an API that never says that it has no more. */
    private static final int MOST_PAGES = 200;

    private static final JsonFactory JSON = new JsonFactory();

    private final WebClient web;
    private final URI base;
    private final AccountKey key;
    private @Nullable String account;

    /** Asks at {@code base}, such as {@code https://api.cloudflare.com/client/v4}. */
    public AccountApi(WebClient web, URI base, AccountKey key) {
        this.web = web;
        this.base = base;
        this.key = key;
        account = key.account();
    }

    /** Makes a tunnel that connectors with {@code secret} may serve. */
    public TunnelRecord create(String name, TunnelSecret secret) {
        String body =
                object(Map.of("name", name, "tunnel_secret", Base64.getEncoder().encodeToString(secret.toBytes())));
        return TunnelRecord.of(result("POST", tunnels(), body));
    }

    /** The tunnels that {@code filter} lets through, names and values as the API takes them. */
    public List<TunnelRecord> list(Map<String, String> filter) {
        List<TunnelRecord> found = new ArrayList<>();
        for (int page = 1; page <= MOST_PAGES; page++) {
            Map<String, String> query = new TreeMap<>(filter);
            query.put("page", String.valueOf(page));
            query.put("per_page", String.valueOf(PER_PAGE));
            List<ConfigNode> items =
                    envelope("GET", tunnels() + query(query), null).list("result");
            items.forEach(item -> found.add(TunnelRecord.of(item)));
            if (items.size() < PER_PAGE) {
                break;
            }
        }
        return found;
    }

    public TunnelRecord tunnel(UUID id) {
        return TunnelRecord.of(result("GET", pathOf(id), null));
    }

    /** Deletes a tunnel; with {@code cascade}, its connections and routes too. */
    public void delete(UUID id, Cascade cascade) {
        envelope("DELETE", pathOf(id) + (cascade == Cascade.ALL ? "?cascade=true" : ""), null);
    }

    /** Whether what depends on a tunnel is deleted with it. */
    public enum Cascade {
        NONE,
        ALL
    }

    /** The text that makes a connector serve the tunnel. It is a credential. */
    public String token(UUID id) {
        String token = result("GET", pathOf(id) + "/token", null).string();
        if (token == null) {
            throw new AccountFailure(base + " answers without a token");
        }
        return token;
    }

    /** The connectors that serve a tunnel. */
    public List<TunnelRecord.Client> clients(UUID id) {
        return envelope("GET", pathOf(id) + "/connections", null).list("result").stream()
                .map(TunnelRecord.Client::of)
                .toList();
    }

    /** Makes the edge drop the connections of a tunnel: all, or those of the connector {@code client}. */
    public void cleanUp(UUID id, @Nullable UUID client) {
        envelope("DELETE", pathOf(id) + "/connections" + (client == null ? "" : "?client_id=" + client), null);
    }

    /**
     * Leads {@code host} to a tunnel.
     *
     * @return what it came to: {@code new}, {@code updated} or {@code unchanged}, and the full host name
     */
    public Route route(UUID id, String host, Overwrite overwrite) {
        StringWriter body = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(body)) {
            json.writeStartObject();
            json.writeStringField("type", "dns");
            json.writeStringField("user_hostname", host);
            json.writeBooleanField("overwrite_existing", overwrite == Overwrite.EXISTING);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory does not fail", e);
        }
        String zone = key.zone() == null ? zoneOf(host) : key.zone();
        ConfigNode result = result("PUT", "/zones/" + encoded(zone) + "/tunnels/" + id + "/routes", body.toString());
        String change = result.string("cname");
        String name = result.string("name");
        return new Route(change == null ? "" : change, name == null || name.isEmpty() ? host : name);
    }

    /** What a change of a route came to. */
    public record Route(String change, String host) {}

    /** Whether a record that is there already may be replaced. */
    public enum Overwrite {
        NOTHING,
        EXISTING
    }

    /** The id of the zone that {@code host} is in: that with the longest name. */
    private String zoneOf(String host) {
        for (String name = host; name.indexOf('.') > 0; name = name.substring(name.indexOf('.') + 1)) {
            List<ConfigNode> zones = envelope("GET", "/zones" + query(Map.of("name", name)), null)
                    .list("result");
            String id = zones.isEmpty() ? null : zones.get(0).string("id");
            if (id != null) {
                return id;
            }
        }
        throw new AccountFailure("no zone of the account holds " + host);
    }

    /** The id of the account: that of the key, or the only one that it may see. */
    public String account() {
        String known = account;
        if (known == null) {
            List<ConfigNode> accounts = envelope("GET", "/accounts", null).list("result");
            known = accounts.size() == 1 ? accounts.get(0).string("id") : null;
            if (known == null) {
                throw new AccountFailure(
                        "the API token is good for " + accounts.size() + " accounts; say which one with --account ID");
            }
            account = known;
        }
        return known;
    }

    private String tunnels() {
        return "/accounts/" + encoded(account()) + "/cfd_tunnel";
    }

    private String pathOf(UUID id) {
        return tunnels() + "/" + id;
    }

    private ConfigNode result(String method, String path, @Nullable String body) {
        ConfigNode result = envelope(method, path, body).child("result");
        if (result == null) {
            throw new AccountFailure(method + " " + base + path + " is answered without a result");
        }
        return result;
    }

    private ConfigNode envelope(String method, String path, @Nullable String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .header("Authorization", "Bearer " + key.token())
                .header("Accept", "application/json;version=1");
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json").method(method, BodyPublishers.ofString(body));
        }
        WebClient.Answer answer = web.ask(request);
        ConfigNode envelope = answer.type().equals("application/json") ? parsed(answer) : null;
        List<String> errors = envelope == null ? List.of() : errors(envelope);
        if (answer.status() == 200 && envelope != null && errors.isEmpty() && isSuccess(envelope)) {
            return envelope;
        }
        String meaning = switch (answer.status()) {
            case 401, 403 -> "the API token may not do this";
            case 404 -> "not found";
            case 409 -> "it exists already";
            default -> "status " + answer.status();
        };
        String what = envelope == null ? "the answer is no JSON" : String.join("; ", errors);
        throw new AccountFailure(base + " refuses: " + meaning + (what.isEmpty() ? "" : " (" + what + ")"));
    }

    private static boolean isSuccess(ConfigNode envelope) {
        return Boolean.TRUE.equals(envelope.bool("success"));
    }

    private static List<String> errors(ConfigNode envelope) {
        return envelope.list("errors").stream()
                .map(error -> error.string("message") + " [" + error.integer("code", 0, Integer.MAX_VALUE) + "]")
                .toList();
    }

    private static @Nullable ConfigNode parsed(WebClient.Answer answer) {
        try {
            return ConfigNode.json("answer", answer.text());
        } catch (InvalidConfig e) {
            return null;
        }
    }

    private static String object(Map<String, String> fields) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            for (Map.Entry<String, String> field : fields.entrySet()) {
                json.writeStringField(field.getKey(), field.getValue());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory does not fail", e);
        }
        return text.toString();
    }

    private static String query(Map<String, String> parameters) {
        StringJoiner query = new StringJoiner("&", "?", "");
        parameters.forEach((name, value) -> query.add(name + "=" + encoded(value)));
        return query.toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
