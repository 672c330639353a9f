package dev.adit.connector.account;

import dev.adit.proxy.config.ConfigNode;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A tunnel as the API tells of it. Times are as the API writes them, RFC 3339.
 *
 * @param createdAt when it was made
 * @param deletedAt when it was deleted, or null
 * @param connections those that serve now
 */
public record TunnelRecord(
        UUID id, String name, String createdAt, @Nullable String deletedAt, List<Connection> connections) {
    /**
     * One connection of a connector.
     *
     * @param place where the edge is, a few letters
     * @param pendingReconnect whether the edge waits for it to come back
     * @param originIp the address that the edge sees
     */
    public record Connection(String id, String place, boolean pendingReconnect, String originIp, String openedAt) {
        static Connection of(ConfigNode json) {
            return new Connection(
                    text(json, "id"),
                    text(json, "colo_name"),
                    Boolean.TRUE.equals(json.bool("is_pending_reconnect")),
                    text(json, "origin_ip"),
                    text(json, "opened_at"));
        }
    }

    /** One connector with its connections. */
    public record Client(
            String id, List<String> features, String version, String arch, String runAt, List<Connection> connections) {
        public Client {
            features = List.copyOf(features);
            connections = List.copyOf(connections);
        }

        static Client of(ConfigNode json) {
            return new Client(
                    text(json, "id"),
                    json.strings("features"),
                    text(json, "version"),
                    text(json, "arch"),
                    text(json, "run_at"),
                    json.list("conns").stream().map(Connection::of).toList());
        }
    }

    public TunnelRecord {
        connections = List.copyOf(connections);
    }

    static TunnelRecord of(ConfigNode json) {
        String id = text(json, "id");
        try {
            return new TunnelRecord(
                    UUID.fromString(id),
                    text(json, "name"),
                    text(json, "created_at"),
                    json.string("deleted_at"),
                    json.list("connections").stream().map(Connection::of).toList());
        } catch (IllegalArgumentException e) {
            throw new AccountFailure("the API tells of a tunnel without an id");
        }
    }

    private static String text(ConfigNode json, String key) {
        String value = json.string(key);
        return value == null ? "" : value;
    }
}
