package dev.adit.edgesim.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adit.edgesim.state.SavedState.Authority;
import dev.adit.edgesim.state.SavedState.SavedConfiguration;
import dev.adit.edgesim.state.SavedState.SavedRecord;
import dev.adit.edgesim.state.SavedState.SavedTunnel;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The form of the state file. */
final class StateJson {
    private static final int SCHEMA = 1;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private StateJson() {}

    static String write(SavedState state) {
        ObjectNode root = JSON.createObjectNode();
        root.put("schema", SCHEMA);
        root.put("api_token", state.apiToken());
        Authority authority = state.authority();
        if (authority != null) {
            root.putObject("authority").put("key", authority.key()).put("certificate", authority.certificate());
        }
        ArrayNode tunnels = root.putArray("tunnels");
        state.tunnels().forEach(tunnel -> write(tunnel, tunnels.addObject()));
        ArrayNode records = root.putArray("records");
        state.records().forEach(dns -> write(dns, records.addObject()));
        return root.toPrettyString() + "\n";
    }

    private static void write(SavedTunnel tunnel, ObjectNode to) {
        to.put("id", tunnel.id().toString()).put("name", tunnel.name()).put("secret", tunnel.secret());
        to.put("source", tunnel.source()).put("created_at", tunnel.createdAt().toString());
        Instant deletedAt = tunnel.deletedAt();
        if (deletedAt != null) {
            to.put("deleted_at", deletedAt.toString());
        }
        SavedConfiguration configuration = tunnel.configuration();
        if (configuration != null) {
            to.putObject("configuration")
                    .put("version", configuration.version())
                    .put("config", configuration.config())
                    .put("created_at", configuration.createdAt().toString());
        }
    }

    private static void write(SavedRecord dns, ObjectNode to) {
        to.put("id", dns.id())
                .put("name", dns.name())
                .put("tunnel", dns.tunnel().toString());
        to.put("ttl", dns.ttl()).put("proxied", dns.proxied()).put("comment", dns.comment());
        to.put("created_on", dns.createdOn().toString());
        to.put("modified_on", dns.modifiedOn().toString());
    }

    /** Reads what {@link #write} wrote; throws IllegalArgumentException that says what is wrong, without any of it. */
    static SavedState read(String text) {
        JsonNode root = tree(text);
        if (!root.path("schema").isInt()) {
            throw new IllegalArgumentException("it has no schema number");
        }
        if (root.path("schema").intValue() != SCHEMA) {
            throw new IllegalArgumentException(
                    "its schema is " + root.path("schema") + ", this simulator knows " + SCHEMA);
        }
        JsonNode authority = root.path("authority");
        List<SavedTunnel> tunnels = new ArrayList<>();
        list(root, "tunnels").forEach(node -> tunnels.add(tunnel(node)));
        List<SavedRecord> records = new ArrayList<>();
        list(root, "records").forEach(node -> records.add(dns(node)));
        return new SavedState(
                optional(root, "api_token"),
                authority.isObject() ? new Authority(text(authority, "key"), text(authority, "certificate")) : null,
                tunnels,
                records);
    }

    private static JsonNode tree(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            // The message is left out: it may quote a secret.
            throw new IllegalArgumentException("it is not JSON; was it cut?", null);
        }
    }

    private static SavedTunnel tunnel(JsonNode node) {
        JsonNode configuration = node.path("configuration");
        String deletedAt = optional(node, "deleted_at");
        return new SavedTunnel(
                id(node, "id"),
                text(node, "name"),
                text(node, "secret"),
                text(node, "source"),
                time(text(node, "created_at")),
                deletedAt == null ? null : time(deletedAt),
                configuration.isObject()
                        ? new SavedConfiguration(
                                number(configuration, "version"),
                                text(configuration, "config"),
                                time(text(configuration, "created_at")))
                        : null);
    }

    private static SavedRecord dns(JsonNode node) {
        return new SavedRecord(
                text(node, "id"),
                text(node, "name"),
                id(node, "tunnel"),
                number(node, "ttl"),
                node.path("proxied").asBoolean(true),
                optional(node, "comment"),
                time(text(node, "created_on")),
                time(text(node, "modified_on")));
    }

    private static JsonNode list(JsonNode node, String key) {
        JsonNode list = node.path(key);
        if (!list.isArray()) {
            throw new IllegalArgumentException("its key " + key + " is no list");
        }
        return list;
    }

    private static String text(JsonNode node, String key) {
        String text = optional(node, key);
        if (text == null) {
            throw new IllegalArgumentException("a key " + key + " is missing or no text");
        }
        return text;
    }

    private static @Nullable String optional(JsonNode node, String key) {
        return node.path(key).isTextual() ? node.path(key).textValue() : null;
    }

    private static int number(JsonNode node, String key) {
        if (!node.path(key).isInt()) {
            throw new IllegalArgumentException("a key " + key + " is missing or no number");
        }
        return node.path(key).intValue();
    }

    private static UUID id(JsonNode node, String key) {
        try {
            return UUID.fromString(text(node, key));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a key " + key + " is missing or no UUID", e);
        }
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("a time is not as RFC 3339 wants it", e);
        }
    }
}
