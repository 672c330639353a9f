package dev.adit.edgesim.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adit.connector.wire.RegistrationRequest;
import dev.adit.edgesim.tunnel.Configuration;
import dev.adit.edgesim.tunnel.Tunnel;
import dev.adit.edgesim.tunnel.TunnelDirectory;
import dev.adit.edgesim.tunnel.TunnelSession;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/** All tunnels as JSON: routes, connectors and their connections. Confined to the event loop. */
final class TunnelsView {
    private final TunnelDirectory directory;
    private final Supplier<EdgeFacts> facts;

    TunnelsView(TunnelDirectory directory, Supplier<EdgeFacts> facts) {
        this.directory = directory;
        this.facts = facts;
    }

    /** How things stand. */
    JsonNode json() {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        EdgeFacts edge = facts.get();
        all.putObject("edge")
                .put("address", edge.address())
                .put("tunnelPort", edge.tunnelPort())
                .put("httpsPort", edge.httpsPort())
                .put("httpPort", edge.httpPort())
                .put("caFile", edge.caFile());
        ArrayNode tunnels = all.putArray("tunnels");
        directory.tunnels().forEach(tunnel -> tunnels.add(json(tunnel)));
        return all;
    }

    /** Asks every connection for its round trip. */
    void measureRoundTrips() {
        for (Tunnel tunnel : directory.tunnels()) {
            tunnel.sessions().forEach(TunnelSession::measureRoundTrip);
        }
    }

    private ObjectNode json(Tunnel tunnel) {
        Configuration configuration = tunnel.configuration();
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("id", tunnel.id().toString())
                .put("name", tunnel.name())
                .put("status", tunnel.status().name().toLowerCase(Locale.ROOT))
                .put("createdAt", tunnel.createdAt().toString());
        if (configuration == null) {
            json.putNull("version");
        } else {
            json.put("version", configuration.version());
        }
        routes(tunnel, json.putArray("routes"));
        connectors(tunnel, json.putArray("connectors"));
        return json;
    }

    // Every rule with a host name, and every host name that no rule is for.
    private void routes(Tunnel tunnel, ArrayNode routes) {
        Set<String> hosts = new LinkedHashSet<>();
        directory.routes().forEach((host, to) -> {
            if (to == tunnel) {
                hosts.add(host);
            }
        });
        for (IngressRules.Rule rule : IngressRules.of(tunnel.configuration()).named()) {
            routes.addObject()
                    .put("hostname", rule.hostname())
                    .put("path", rule.path())
                    .put("service", rule.service())
                    .put("dns", directory.byHost(rule.hostname()) == tunnel);
            hosts.remove(rule.hostname());
        }
        for (String host : hosts) {
            routes.addObject()
                    .put("hostname", host)
                    .put("path", "")
                    .putNull("service")
                    .put("dns", true);
        }
    }

    private static void connectors(Tunnel tunnel, ArrayNode connectors) {
        Map<UUID, ObjectNode> byId = new LinkedHashMap<>();
        tunnel.connections().stream()
                .sorted(Comparator.comparingInt(TunnelSession::connIndex))
                .forEach(session -> {
                    RegistrationRequest.Client client =
                            session.registration().options().client();
                    ObjectNode connector = byId.computeIfAbsent(
                            client.id(),
                            id -> connectors
                                    .addObject()
                                    .put("id", id.toString())
                                    .put("version", client.version())
                                    .put("arch", client.arch())
                                    .put("address", session.address())
                                    .set("connections", JsonNodeFactory.instance.arrayNode()));
                    connector.withArray("connections").add(json(session, tunnel));
                });
    }

    private static ObjectNode json(TunnelSession session, Tunnel tunnel) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("index", session.connIndex())
                .put("location", session.location())
                .put("serving", tunnel.sessions().contains(session))
                // Without the control stream.
                .put("streams", Math.max(0, session.openStreams() - 1))
                .put("since", session.registeredAt().toString());
        Duration roundTrip = session.roundTrip();
        return roundTrip == null ? json.putNull("rttMicros") : json.put("rttMicros", roundTrip.toNanos() / 1_000);
    }
}
