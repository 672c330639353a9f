package dev.adit.edgesim.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adit.connector.wire.RegistrationRequest.Client;
import dev.adit.edgesim.tunnel.Configuration;
import dev.adit.edgesim.tunnel.TunnelSession;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How tunnels and their connections look in answers. */
final class Shapes {
    private static final JsonMapper JSON = new JsonMapper();

    private Shapes() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static @Nullable String time(@Nullable Instant time) {
        return time == null ? null : time.truncatedTo(ChronoUnit.MICROS).toString();
    }

    static ObjectNode tunnel(TunnelEntry entry) {
        ObjectNode node = object();
        node.put("id", entry.tunnel.id().toString());
        node.put("account_tag", TunnelSpec.ACCOUNT);
        node.put("created_at", time(entry.createdAt));
        node.put("deleted_at", time(entry.deletedAt));
        node.put("name", entry.tunnel.name());
        ArrayNode connections = node.putArray("connections");
        if (!entry.isDeleted()) {
            entry.tunnel.connections().forEach(session -> connections.add(connection(session)));
        }
        node.put("conns_active_at", time(entry.activeAt));
        node.put("conns_inactive_at", time(entry.inactiveAt));
        node.put("tun_type", "cfd_tunnel");
        node.putObject("metadata");
        node.put(
                "status",
                entry.isDeleted() ? "inactive" : entry.tunnel.status().name().toLowerCase(Locale.ROOT));
        node.put("remote_config", entry.source.equals("cloudflare"));
        node.put("config_src", entry.source);
        return node;
    }

    /** As {@link #tunnel}, with the credentials that its maker gets once. */
    static ObjectNode created(TunnelEntry entry) {
        ObjectNode node = tunnel(entry);
        node.putObject("credentials_file")
                .put("AccountTag", TunnelSpec.ACCOUNT)
                .put("TunnelID", entry.tunnel.id().toString())
                .put("TunnelName", entry.tunnel.name())
                .put("TunnelSecret", secret(entry.spec()));
        node.put("token", entry.spec().token().encode());
        return node;
    }

    static String secret(TunnelSpec spec) {
        return Base64.getEncoder().encodeToString(spec.token().secret().toBytes());
    }

    /** The connectors of a tunnel, each with its connections. */
    static ArrayNode clients(TunnelEntry entry) {
        Map<UUID, List<TunnelSession>> byClient = new LinkedHashMap<>();
        for (TunnelSession session : entry.tunnel.connections()) {
            byClient.computeIfAbsent(client(session).id(), id -> new ArrayList<>())
                    .add(session);
        }
        ArrayNode clients = JsonNodeFactory.instance.arrayNode();
        Configuration configuration = entry.tunnel.configuration();
        byClient.values().forEach(sessions -> {
            TunnelSession first = sessions.get(0);
            ObjectNode node = clients.addObject();
            node.put("id", client(first).id().toString());
            ArrayNode features = node.putArray("features");
            client(first).features().forEach(features::add);
            node.put("version", client(first).version());
            node.put("arch", client(first).arch());
            node.put("config_version", configuration == null ? 0 : configuration.version());
            node.put("run_at", time(first.registeredAt()));
            ArrayNode connections = node.putArray("conns");
            sessions.forEach(session -> connections.add(connection(session)));
        });
        return clients;
    }

    private static ObjectNode connection(TunnelSession session) {
        ObjectNode node = object();
        node.put("id", session.id().toString());
        node.put("uuid", session.id().toString());
        node.put("client_id", client(session).id().toString());
        node.put("client_version", client(session).version());
        node.put("colo_name", session.location());
        node.put("is_pending_reconnect", false);
        node.put("origin_ip", session.address());
        node.put("opened_at", time(session.registeredAt()));
        return node;
    }

    static Client client(TunnelSession session) {
        return session.registration().options().client();
    }

    static ObjectNode configuration(TunnelEntry entry) {
        Configuration configuration = entry.tunnel.configuration();
        ObjectNode node = object();
        node.put("account_id", TunnelSpec.ACCOUNT);
        node.put("tunnel_id", entry.tunnel.id().toString());
        node.put("version", configuration == null ? 0 : configuration.version());
        node.set("config", configuration == null ? null : parsed(configuration.config()));
        node.put("source", entry.source);
        Instant configuredAt = entry.configuredAt;
        node.put("created_at", time(configuredAt == null ? entry.createdAt : configuredAt));
        return node;
    }

    private static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a kept configuration is no JSON", e);
        }
    }
}
