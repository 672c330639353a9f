package dev.adit.edgesim.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adit.edgesim.console.IngressRules.Rule;
import dev.adit.edgesim.tunnel.Tunnel;
import dev.adit.edgesim.tunnel.TunnelDirectory;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.util.List;
import java.util.Locale;

/**
 * What one can do to tunnels: each action whole, a published application with both its DNS record and its rule. Wrong
 * input is an IllegalArgumentException that says what is wrong. Confined to the event loop.
 */
final class TunnelDesk {
    private final TunnelDirectory directory;

    TunnelDesk(TunnelDirectory directory) {
        this.directory = directory;
    }

    /** Makes the tunnel of {@code {"name":"…"}}, with a configuration that the edge manages. */
    ObjectNode create(JsonNode order) {
        Tunnel tunnel = directory.create(TunnelSpec.of(order.path("name").asText(), List.of(), null));
        tunnel.configure(IngressRules.of(null).json());
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", tunnel.id().toString())
                .put("name", tunnel.name())
                .put("token", token(tunnel));
    }

    /** Forgets {@code tunnel} and cuts its connections. */
    void delete(Tunnel tunnel) {
        directory.delete(tunnel);
    }

    /** What a connector needs to serve {@code tunnel}. */
    static String token(Tunnel tunnel) {
        return tunnel.spec().token().encode();
    }

    /** Publishes {@code {"hostname":"…","path":"…","service":"…"}}, in the place of {@code replaces} if it is given. */
    void publish(Tunnel tunnel, JsonNode order) {
        Rule rule = rule(order);
        rule.check();
        TunnelSpec.checkHost(rule.hostname());
        Tunnel taken = directory.byHost(rule.hostname());
        if (taken != null && taken != tunnel) {
            throw new IllegalArgumentException(rule.hostname() + " leads to tunnel " + taken.name() + " already");
        }
        IngressRules rules = IngressRules.of(tunnel.configuration());
        Rule before = order.hasNonNull("replaces") ? rule(order.path("replaces")) : rule;
        boolean moved =
                !before.hostname().equals(rule.hostname()) || !before.path().equals(rule.path());
        if (rules.has(rule) && (moved || !order.hasNonNull("replaces"))) {
            throw new IllegalArgumentException(
                    "there is a rule for " + rule.hostname() + " " + rule.path() + " already");
        }
        if (!rules.replace(before, rule)) {
            rules.add(rule);
        }
        directory.route(rule.hostname(), tunnel);
        apply(tunnel, rules, before.hostname());
    }

    /** Takes back what {@link #publish} did. */
    void withdraw(Tunnel tunnel, JsonNode order) {
        Rule rule = rule(order);
        IngressRules rules = IngressRules.of(tunnel.configuration());
        if (rules.remove(rule)) {
            apply(tunnel, rules, rule.hostname());
            return;
        }
        if (directory.byHost(rule.hostname()) != tunnel) {
            throw new IllegalArgumentException(rule.hostname() + " does not lead to tunnel " + tunnel.name());
        }
        directory.unroute(rule.hostname());
    }

    private void apply(Tunnel tunnel, IngressRules rules, String host) {
        if (!rules.hasHost(host) && directory.byHost(host) == tunnel) {
            directory.unroute(host);
        }
        tunnel.configure(rules.json());
    }

    private static Rule rule(JsonNode order) {
        return new Rule(
                order.path("hostname").asText().strip().toLowerCase(Locale.ROOT),
                order.path("path").asText().strip(),
                order.path("service").asText().strip());
    }
}
