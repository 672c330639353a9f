package dev.adit.edgesim.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adit.edgesim.tunnel.Configuration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** The ingress rules in a tunnel's configuration; what else the configuration says stays as it is. */
final class IngressRules {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern SERVICE = Pattern.compile("[a-z][a-z0-9+.-]*://[^\\s/?#]+"
            + "|unix(\\+tls)?:\\S+|http_status:[1-9][0-9][0-9]|hello[_-]world|bastion|socks-proxy");

    private final ObjectNode config;
    private final ArrayNode ingress;

    private IngressRules(ObjectNode config) {
        this.config = config;
        ingress = config.path("ingress") instanceof ArrayNode rules ? rules : config.putArray("ingress");
        if (ingress.isEmpty()) {
            ingress.addObject().put("service", "http_status:404");
        }
    }

    /** Those of {@code configuration}; only the last one, which answers 404, if there is none. */
    static IngressRules of(@Nullable Configuration configuration) {
        if (configuration == null) {
            return new IngressRules(JSON.createObjectNode());
        }
        try {
            return new IngressRules(
                    JSON.readTree(configuration.config()) instanceof ObjectNode config
                            ? config
                            : JSON.createObjectNode());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the edge keeps a configuration that is not JSON", e);
        }
    }

    /** The rules for a host name, in their order. */
    List<Rule> named() {
        List<Rule> rules = new ArrayList<>();
        for (JsonNode rule : ingress) {
            if (!rule.path("hostname").asText().isEmpty()) {
                rules.add(new Rule(
                        rule.path("hostname").asText(),
                        rule.path("path").asText(),
                        rule.path("service").asText()));
            }
        }
        return rules;
    }

    /** Adds {@code rule}, ahead of those for the same host name that have a shorter path and of the last one. */
    void add(Rule rule) {
        int index = position(rule);
        ObjectNode added = ingress.insertObject(index).put("hostname", rule.hostname);
        write(rule, added);
    }

    /** Puts {@code rule} in the place of {@code before}; options of the old rule stay. False if there is none. */
    boolean replace(Rule before, Rule rule) {
        int index = indexOf(before);
        if (index < 0) {
            return false;
        }
        ObjectNode kept = (ObjectNode) ingress.get(index);
        kept.put("hostname", rule.hostname);
        write(rule, kept);
        return true;
    }

    /** Takes {@code rule} out; false if there is none. */
    boolean remove(Rule rule) {
        int index = indexOf(rule);
        if (index >= 0) {
            ingress.remove(index);
        }
        return index >= 0;
    }

    /** Whether there is one for the same host name and path. */
    boolean has(Rule rule) {
        return indexOf(rule) >= 0;
    }

    /** Whether there is one for {@code hostname}. */
    boolean hasHost(String hostname) {
        return named().stream().anyMatch(rule -> rule.hostname.equals(hostname));
    }

    /** The whole configuration. */
    String json() {
        return config.toString();
    }

    // A connector takes the first that matches.
    private int position(Rule rule) {
        for (int i = 0; i < ingress.size() - 1; i++) {
            JsonNode other = ingress.get(i);
            if (other.path("hostname").asText().equals(rule.hostname)
                    && other.path("path").asText().length() < rule.path.length()) {
                return i;
            }
        }
        return ingress.size() - 1;
    }

    private int indexOf(Rule rule) {
        for (int i = 0; i < ingress.size(); i++) {
            JsonNode other = ingress.get(i);
            if (other.path("hostname").asText().equals(rule.hostname)
                    && other.path("path").asText().equals(rule.path)) {
                return i;
            }
        }
        return -1;
    }

    private static void write(Rule rule, ObjectNode to) {
        if (rule.path.isEmpty()) {
            to.remove("path");
        } else {
            to.put("path", rule.path);
        }
        to.put("service", rule.service);
    }

    /**
     * One rule.
     *
     * @param hostname whose requests; in lower case
     * @param path a regular expression for their paths; empty for all
     * @param service where they lead
     */
    record Rule(String hostname, String path, String service) {
        /** Throws IllegalArgumentException that says what a connector would not take. */
        void check() {
            if (!SERVICE.matcher(service).matches()) {
                throw new IllegalArgumentException(
                        "service must be a URL without path like http://127.0.0.1:8080, was '" + service + "'");
            }
            try {
                Pattern.compile(path);
            } catch (PatternSyntaxException e) {
                throw new IllegalArgumentException("path is not a regular expression: " + e.getDescription(), e);
            }
        }
    }
}
