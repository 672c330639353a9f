package dev.adit.edgesim.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adit.edgesim.admin.Access;
import dev.adit.edgesim.admin.AdminAnswer;
import dev.adit.edgesim.admin.AdminRequest;
import dev.adit.edgesim.admin.Envelope;
import dev.adit.edgesim.admin.Rejection;
import dev.adit.edgesim.admin.Routes;
import dev.adit.edgesim.api.Zones.Zone;
import dev.adit.edgesim.state.SavedState.SavedRecord;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Zones and their records: CNAMEs that lead host names to tunnels. */
final class DnsRoutes {
    private static final String ZONE = "/client/v4/zones/{zone}";
    private static final String RECORDS = ZONE + "/dns_records";
    private static final String SUFFIX = ".cfargotunnel.com";
    private static final int MAX_RECORDS = 5_000;
    private static final int MAX_NAME_CHARS = 253;
    private static final int MAX_COMMENT_CHARS = 500;
    private static final int MAX_TTL_SECONDS = 86_400;
    // Cloudflare's codes: for a route, for a record of the DNS API, and for a record that is not there.
    private static final int ROUTE_EXISTS = 1003;
    private static final int RECORD_EXISTS = 81_053;
    private static final int NO_RECORD = 81_044;
    private static final String EXISTS = "An A, AAAA, or CNAME record with that host already exists.";

    private final Registry registry;
    private final Zones zones;

    DnsRoutes(Registry registry, Zones zones) {
        this.registry = registry;
        this.zones = zones;
    }

    void addTo(Routes routes) {
        routes.add(Access.TOKEN, "GET /client/v4/zones", this::zones)
                .add(Access.TOKEN, "GET " + ZONE, request -> Envelope.of(shape(zone(request))))
                .add(Access.TOKEN, "GET " + RECORDS, this::list)
                .add(Access.TOKEN, "POST " + RECORDS, this::create)
                .add(Access.TOKEN, "GET " + RECORDS + "/{record}", request -> answer(dns(request)))
                .add(Access.TOKEN, "PUT " + RECORDS + "/{record}", this::replace)
                .add(Access.TOKEN, "PATCH " + RECORDS + "/{record}", this::replace)
                .add(Access.TOKEN, "DELETE " + RECORDS + "/{record}", this::delete)
                .add(Access.TOKEN, "PUT " + ZONE + "/tunnels/{tunnel}/routes", this::route);
    }

    private AdminAnswer zones(AdminRequest request) {
        // So that every host name is in a zone.
        registry.records().forEach(dns -> zones.of(dns.name()));
        String name = request.query("name");
        return Pages.of(
                request,
                zones.all().stream()
                        .filter(zone ->
                                name == null || name.isEmpty() || zone.name().equals(name))
                        .toList(),
                DnsRoutes::shape);
    }

    private AdminAnswer list(AdminRequest request) {
        Zone zone = zone(request);
        String name = first(request, "name", "name.exact");
        String type = request.query("type");
        String content = first(request, "content", "content.exact");
        List<SavedRecord> found = registry.records().stream()
                .filter(dns -> zones.of(dns.name()).equals(zone))
                .filter(dns -> name == null || dns.name().equals(name.toLowerCase(Locale.ROOT)))
                .filter(dns -> type == null || type.isEmpty() || type.equals("CNAME"))
                .filter(dns -> content == null || content(dns).equals(content))
                .toList();
        return Pages.of(request, found, this::shape);
    }

    private static @Nullable String first(AdminRequest request, String name, String other) {
        String value = request.query(name);
        String found = value == null ? request.query(other) : value;
        return found == null || found.isEmpty() ? null : found;
    }

    private AdminAnswer create(AdminRequest request) {
        Zone zone = zone(request);
        ObjectNode body = request.json();
        String name = host(Fields.required(body, "name", MAX_NAME_CHARS), zone);
        if (registry.dns(name) != null) {
            throw new Rejection(400, RECORD_EXISTS, EXISTS);
        }
        checkRoom();
        UUID tunnel = tunnel(Fields.required(body, "content", MAX_NAME_CHARS));
        return put(amended(registry.newRecord(name, tunnel), body, tunnel));
    }

    private AdminAnswer replace(AdminRequest request) {
        Zone zone = zone(request);
        SavedRecord before = dns(request);
        ObjectNode body = request.json();
        boolean whole = request.method().equals("PUT");
        String content =
                whole ? Fields.required(body, "content", MAX_NAME_CHARS) : Fields.text(body, "content", MAX_NAME_CHARS);
        String given =
                whole ? Fields.required(body, "name", MAX_NAME_CHARS) : Fields.text(body, "name", MAX_NAME_CHARS);
        String name = given == null ? before.name() : host(given, zone);
        SavedRecord after = amended(before, body, content == null ? before.tunnel() : tunnel(content));
        if (name.equals(before.name())) {
            return put(after);
        }
        if (registry.dns(name) != null) {
            throw new Rejection(400, RECORD_EXISTS, EXISTS);
        }
        registry.remove(before);
        return put(new SavedRecord(
                after.id(),
                name,
                after.tunnel(),
                after.ttl(),
                after.proxied(),
                after.comment(),
                after.createdOn(),
                after.modifiedOn()));
    }

    private static SavedRecord amended(SavedRecord dns, ObjectNode body, UUID tunnel) {
        String type = Fields.text(body, "type", MAX_NAME_CHARS);
        if (type != null && !type.equals("CNAME")) {
            throw Fields.invalid("type must be CNAME: the simulator has no other records.");
        }
        JsonNode ttl = body.path("ttl");
        if (!ttl.isMissingNode() && (!ttl.isInt() || ttl.intValue() < 1 || ttl.intValue() > MAX_TTL_SECONDS)) {
            throw Fields.invalid("ttl must be 1 or seconds up to " + MAX_TTL_SECONDS + ".");
        }
        String comment = Fields.text(body, "comment", MAX_COMMENT_CHARS);
        return new SavedRecord(
                dns.id(),
                dns.name(),
                tunnel,
                ttl.isInt() ? ttl.intValue() : dns.ttl(),
                Fields.flag(body, "proxied", dns.proxied()),
                comment == null ? dns.comment() : comment,
                dns.createdOn(),
                Instant.now());
    }

    private AdminAnswer put(SavedRecord dns) {
        registry.put(dns);
        return answer(dns);
    }

    private AdminAnswer delete(AdminRequest request) {
        SavedRecord dns = dns(request);
        registry.remove(dns);
        return Envelope.of(Shapes.object().put("id", dns.id()));
    }

    private AdminAnswer route(AdminRequest request) {
        Zone zone = zone(request);
        UUID tunnel = Fields.uuid("The tunnel id", request.param("tunnel"));
        TunnelEntry entry = registry.tunnel(tunnel);
        if (entry == null || entry.isDeleted()) {
            throw new Rejection(404, ROUTE_EXISTS, "Tunnel not found");
        }
        ObjectNode body = request.json();
        if (!Fields.required(body, "type", MAX_NAME_CHARS).equals("dns")) {
            throw Fields.invalid("type must be dns: the simulator has no load balancers.");
        }
        String name = host(Fields.required(body, "user_hostname", MAX_NAME_CHARS), zone);
        SavedRecord before = registry.dns(name);
        String outcome = "new";
        if (before == null) {
            checkRoom();
            registry.put(registry.newRecord(name, tunnel));
        } else if (before.tunnel().equals(tunnel)) {
            outcome = "unchanged";
        } else if (Fields.flag(body, "overwrite_existing", false)) {
            outcome = "updated";
            registry.put(amended(before, Shapes.object(), tunnel));
        } else {
            throw new Rejection(400, ROUTE_EXISTS, "Failed to create record " + name + " with err " + EXISTS);
        }
        return Envelope.of(Shapes.object().put("cname", outcome).put("name", name));
    }

    private void checkRoom() {
        if (registry.records().size() >= MAX_RECORDS) {
            throw Fields.invalid("There are " + MAX_RECORDS + " records already.");
        }
    }

    private static String host(String name, Zone zone) {
        try {
            String host = TunnelSpec.checkHost(name.equals("@") ? zone.name() : name);
            // As in the real API a name outside of the zone is meant inside of it.
            return zone.holds(host) ? host : host + "." + zone.name();
        } catch (IllegalArgumentException e) {
            throw Fields.invalid(String.valueOf(e.getMessage()));
        }
    }

    private static UUID tunnel(String content) {
        String lower = content.toLowerCase(Locale.ROOT);
        if (!lower.endsWith(SUFFIX)) {
            throw Fields.invalid("content must be TUNNEL-ID" + SUFFIX + ": the simulator has no other records.");
        }
        return Fields.uuid("content before " + SUFFIX, lower.substring(0, lower.length() - SUFFIX.length()));
    }

    private Zone zone(AdminRequest request) {
        Zone zone = zones.byId(request.param("zone"));
        if (zone == null) {
            throw new Rejection(404, 7003, "There is no such zone.");
        }
        return zone;
    }

    private SavedRecord dns(AdminRequest request) {
        Zone zone = zone(request);
        return registry.records().stream()
                .filter(dns -> dns.id().equals(request.param("record"))
                        && zones.of(dns.name()).equals(zone))
                .findFirst()
                .orElseThrow(() -> new Rejection(404, NO_RECORD, "Record does not exist."));
    }

    private AdminAnswer answer(SavedRecord dns) {
        return Envelope.of(shape(dns));
    }

    private ObjectNode shape(SavedRecord dns) {
        Zone zone = zones.of(dns.name());
        ObjectNode node = Shapes.object();
        node.put("id", dns.id()).put("zone_id", zone.id()).put("zone_name", zone.name());
        node.put("name", dns.name()).put("type", "CNAME").put("content", content(dns));
        node.put("proxiable", true).put("proxied", dns.proxied()).put("ttl", dns.ttl());
        node.putObject("settings");
        node.putObject("meta");
        node.put("comment", dns.comment());
        node.putArray("tags");
        node.put("created_on", Shapes.time(dns.createdOn()));
        node.put("modified_on", Shapes.time(dns.modifiedOn()));
        return node;
    }

    private static String content(SavedRecord dns) {
        return dns.tunnel() + SUFFIX;
    }

    private static ObjectNode shape(Zone zone) {
        ObjectNode node = Shapes.object();
        node.put("id", zone.id())
                .put("name", zone.name())
                .put("status", "active")
                .put("type", "full");
        node.put("paused", false);
        node.set("account", AccountRoutes.account());
        return node;
    }
}
