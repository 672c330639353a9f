package dev.adit.edgesim.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adit.edgesim.admin.Rejection;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Refuses configurations that a connector would refuse. */
final class ConfigurationCheck {
    // Cloudflare's code for a bad configuration.
    private static final int BAD_CONFIGURATION = 1056;
    private static final int MAX_RULES = 1_000;
    private static final Pattern HTTP_STATUS = Pattern.compile("http_status:[1-9][0-9]{2}");
    private static final Pattern HOST = Pattern.compile("\\*?[^*:/\\s]*");
    private static final Set<String> WORDS = Set.of("hello_world", "hello-world", "bastion", "socks-proxy");
    private static final Set<String> WHOLE_NUMBERS = Set.of(
            "connectTimeout", "tlsTimeout", "tcpKeepAlive", "keepAliveConnections", "keepAliveTimeout", "proxyPort");
    private static final Set<String> FLAGS = Set.of(
            "noHappyEyeballs", "matchSNItoHost", "noTLSVerify", "disableChunkedEncoding", "bastionMode", "http2Origin");
    private static final Set<String> TEXTS =
            Set.of("httpHostHeader", "originServerName", "caPool", "proxyAddress", "proxyType");

    private ConfigurationCheck() {}

    /** The {@code config} of {@code body}; throws {@link Rejection} if it can't be applied. */
    static ObjectNode check(ObjectNode body) {
        if (!(body.path("config") instanceof ObjectNode config)) {
            throw Fields.invalid("config must be an object.");
        }
        origin(config.path("originRequest"), "originRequest");
        JsonNode ingress = config.path("ingress");
        if (!ingress.isMissingNode() && !ingress.isNull()) {
            rules(ingress);
        }
        JsonNode routing = config.path("warp-routing");
        if (!routing.isMissingNode() && !routing.isNull() && !routing.isObject()) {
            throw bad("warp-routing must be an object");
        }
        return config;
    }

    private static void rules(JsonNode ingress) {
        if (!ingress.isArray() || ingress.size() > MAX_RULES) {
            throw bad("ingress must be a list of at most " + MAX_RULES + " rules");
        }
        for (int i = 0; i < ingress.size(); i++) {
            JsonNode rule = ingress.get(i);
            String where = "ingress[" + i + "]";
            if (!rule.isObject()) {
                throw bad(where + " must be an object");
            }
            String host = text(rule, "hostname", where);
            String path = text(rule, "path", where);
            if (!HOST.matcher(host).matches()) {
                throw bad(where + ".hostname must have no port, and * only as its first character");
            }
            compile(path, where);
            service(text(rule, "service", where), where);
            origin(rule.path("originRequest"), where + ".originRequest");
            boolean matchesAll = (host.isEmpty() || host.equals("*")) && path.isEmpty();
            boolean last = i == ingress.size() - 1;
            if (last && !matchesAll) {
                throw bad("The last ingress rule must match all URLs: it must not have a hostname or path filter");
            }
            if (!last && matchesAll) {
                throw bad(where + " matches all URLs, so the rules after it would never be used");
            }
        }
    }

    private static void compile(String path, String where) {
        try {
            Pattern.compile(path);
        } catch (PatternSyntaxException e) {
            throw bad(where + ".path is no regular expression: " + e.getDescription());
        }
    }

    private static void service(String service, String where) {
        if (service.isEmpty()) {
            throw bad(where + ".service is required");
        }
        if (WORDS.contains(service) || HTTP_STATUS.matcher(service).matches() || service.matches("unix(\\+tls)?:.+")) {
            return;
        }
        try {
            URI uri = new URI(service);
            boolean bare = uri.getRawPath() != null && uri.getRawPath().isEmpty();
            if (uri.getScheme() == null || uri.getRawAuthority() == null || !bare) {
                throw bad(where + ".service must be a URL of scheme and host without a path, was " + service);
            }
        } catch (URISyntaxException e) {
            throw bad(where + ".service is no URL");
        }
    }

    private static void origin(JsonNode origin, String where) {
        if (origin.isMissingNode() || origin.isNull()) {
            return;
        }
        if (!origin.isObject()) {
            throw bad(where + " must be an object");
        }
        origin.properties().forEach(property -> {
            String key = property.getKey();
            JsonNode value = property.getValue();
            boolean fits = value.isNull()
                    || ((!WHOLE_NUMBERS.contains(key) || value.isIntegralNumber())
                            && (!FLAGS.contains(key) || value.isBoolean())
                            && (!TEXTS.contains(key) || value.isTextual())
                            && (!key.equals("ipRules") || value.isArray())
                            && (!key.equals("access") || value.isObject()));
            if (!fits) {
                throw bad(where + "." + key + " has the wrong type; times are whole seconds");
            }
        });
        JsonNode access = origin.path("access");
        if (access.path("required").asBoolean()
                && access.path("audTag").size() > 0
                && access.path("teamName").asText().isEmpty()) {
            throw bad(where + ".access needs a teamName");
        }
    }

    private static String text(JsonNode rule, String key, String where) {
        JsonNode value = rule.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (!value.isTextual()) {
            throw bad(where + "." + key + " must be a text");
        }
        return value.textValue();
    }

    private static Rejection bad(String what) {
        return new Rejection(400, BAD_CONFIGURATION, "Bad Configuration: " + what);
    }
}
