package dev.adit.connector.app;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.adit.connector.ingress.Ingress;
import dev.adit.connector.ingress.IngressReader;
import dev.adit.connector.settings.Settings;
import dev.adit.proxy.config.ConfigNode;
import dev.adit.proxy.config.InvalidConfig;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The rule for all requests that the command line makes where no file has rules. */
final class Rules {
    /** The keys of {@code originRequest} by the settings that are the same. */
    private static final Map<String, String> SWITCHES = Map.of(
            "no-tls-verify", "noTLSVerify",
            "no-chunked-encoding", "disableChunkedEncoding",
            "proxy-no-happy-eyeballs", "noHappyEyeballs",
            "http2-origin", "http2Origin");

    private static final String HELLO = "hello-world";
    private static final String SOCKET = "unix-socket";
    /** What a rule takes for a service, and a URL is not. */
    private static final Pattern NO_URL =
            Pattern.compile("(unix|unix\\+tls|http_status):.*|hello[_-]world|bastion|socks-proxy");

    private static final String URL = "url";
    private static final String SOURCE = "command line";
    private static final String KEEP_ALIVE_CONNECTIONS = "proxy-keepalive-connections";

    private static final Map<String, String> TEXTS = Map.of(
            "proxy-connect-timeout", "connectTimeout",
            "proxy-tls-timeout", "tlsTimeout",
            "proxy-tcp-keepalive", "tcpKeepAlive",
            "proxy-keepalive-timeout", "keepAliveTimeout",
            "http-host-header", "httpHostHeader",
            "origin-server-name", "originServerName",
            "origin-ca-pool", "caPool");

    private Rules() {}

    /** Whether {@code settings} name an origin. */
    static boolean isGiven(Settings settings) {
        return service(settings) != null;
    }

    /** The settings that would change the one origin and were given, as options and in the order of the alphabet. */
    static List<String> given(Settings settings) {
        return Stream.of(SWITCHES.keySet(), TEXTS.keySet(), Set.of(KEEP_ALIVE_CONNECTIONS))
                .flatMap(Set::stream)
                .filter(settings::isGiven)
                .sorted()
                .map(name -> "--" + name)
                .toList();
    }

    /**
     * The one rule that {@code settings} make; null if they name no origin, so that all is 503 until the edge sends rules.
     *
     * @throws IllegalArgumentException if what they say can't be used; each line of the message begins with an option
     */
    static @Nullable Ingress of(Settings settings) {
        String service = service(settings);
        if (service == null) {
            return null;
        }
        if (settings.text(SOCKET) != null && settings.text(URL) != null) {
            throw new IllegalArgumentException(
                    "--" + SOCKET + " and --" + URL + " both name the one origin: give one of them");
        }
        String url = settings.text(URL);
        if (url != null && NO_URL.matcher(url).matches()) {
            throw new IllegalArgumentException("--" + URL + " takes the address of one web or TCP service; for " + url
                    + " use --" + SOCKET + ", --" + HELLO + " or an ingress rule");
        }
        try {
            return IngressReader.local(ConfigNode.yaml(SOURCE, document(service, settings)));
        } catch (InvalidConfig e) {
            throw new IllegalArgumentException(
                    e.problems().stream()
                            .map(problem -> named(problem, settings))
                            .collect(Collectors.joining("\n")),
                    e);
        }
    }

    /** What is wrong with the document that was made of {@code settings}, by the option instead of the key. */
    private static String named(String problem, Settings settings) {
        String text = problem.substring(problem.indexOf(": ") + 2);
        String service = settings.isOn(HELLO) ? HELLO : settings.text(SOCKET) != null ? SOCKET : URL;
        String named = text.replace("ingress[0].service:", "--" + service + ":")
                .replace("originRequest.keepAliveConnections:", "--" + KEEP_ALIVE_CONNECTIONS + ":");
        for (Map.Entry<String, String> key : TEXTS.entrySet()) {
            named = named.replace("originRequest." + key.getValue() + ":", "--" + key.getKey() + ":");
        }
        return named;
    }

    private static @Nullable String service(Settings settings) {
        if (settings.isOn(HELLO)) {
            return "hello_world";
        }
        String socket = settings.text(SOCKET);
        if (socket != null) {
            return "unix:" + socket;
        }
        String url = settings.text(URL);
        return url == null ? null : withoutPath(url.contains("://") ? url : "http://" + url);
    }

    /** A single origin may be given with a path, which never meant anything. */
    private static String withoutPath(String url) {
        int path = url.indexOf('/', url.indexOf("://") + 3);
        return path < 0 ? url : url.substring(0, path);
    }

    private static String document(String service, Settings settings) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeObjectFieldStart("originRequest");
            for (Map.Entry<String, String> key : TEXTS.entrySet()) {
                String value = settings.text(key.getKey());
                if (value != null) {
                    json.writeStringField(key.getValue(), value);
                }
            }
            for (Map.Entry<String, String> key : SWITCHES.entrySet()) {
                if (settings.isOn(key.getKey())) {
                    json.writeBooleanField(key.getValue(), true);
                }
            }
            if (settings.text(KEEP_ALIVE_CONNECTIONS) != null) {
                json.writeNumberField("keepAliveConnections", settings.number(KEEP_ALIVE_CONNECTIONS));
            }
            json.writeEndObject();
            json.writeArrayFieldStart("ingress");
            json.writeStartObject();
            json.writeStringField("service", service);
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory does not fail", e);
        }
        return text.toString();
    }
}
