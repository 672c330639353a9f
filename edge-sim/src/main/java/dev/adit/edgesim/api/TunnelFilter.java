package dev.adit.edgesim.api;

import dev.adit.edgesim.admin.AdminRequest;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which tunnels a list is about; null means any.
 *
 * @param name exact name
 * @param prefix beginning of the name
 * @param excluded beginning that the name must not have
 * @param deleted whether it is deleted
 * @param existedAt when it was there
 * @param id its id
 * @param status its status, in lower case
 */
record TunnelFilter(
        @Nullable String name,
        @Nullable String prefix,
        @Nullable String excluded,
        @Nullable Boolean deleted,
        @Nullable Instant existedAt,
        @Nullable UUID id,
        @Nullable String status) {
    static TunnelFilter of(AdminRequest request) {
        String prefix = text(request, "name_prefix");
        String uuid = text(request, "uuid");
        return new TunnelFilter(
                text(request, "name"),
                prefix == null ? text(request, "include_prefix") : prefix,
                text(request, "exclude_prefix"),
                Fields.flag(request, "is_deleted"),
                Fields.time(request, "existed_at"),
                uuid == null ? null : Fields.uuid("uuid", uuid),
                text(request, "status"));
    }

    private static @Nullable String text(AdminRequest request, String name) {
        String value = request.query(name);
        return value == null || value.isEmpty() ? null : value;
    }

    boolean fits(TunnelEntry entry) {
        String called = entry.tunnel.name();
        return (name == null || called.equals(name))
                && (prefix == null || called.startsWith(prefix))
                && (excluded == null || !called.startsWith(excluded))
                && (deleted == null || deleted == entry.isDeleted())
                && (existedAt == null || existed(entry, existedAt))
                && (id == null || entry.tunnel.id().equals(id))
                && (status == null || status.equals(entry.tunnel.status().name().toLowerCase(Locale.ROOT)));
    }

    private static boolean existed(TunnelEntry entry, Instant at) {
        Instant deletedAt = entry.deletedAt;
        return !entry.createdAt.isAfter(at) && (deletedAt == null || deletedAt.isAfter(at));
    }
}
