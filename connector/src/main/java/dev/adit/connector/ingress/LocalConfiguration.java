package dev.adit.connector.ingress;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.adit.proxy.route.AccessPolicy;
import dev.adit.proxy.route.IpRules;
import dev.adit.proxy.route.OriginOptions;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes a configuration as a document: for the edge only what differs from the defaults, for people all that is in force.
 */
final class LocalConfiguration {
    private static final Pattern PASSWORD = Pattern.compile("://[^/@]*@");

    private final JsonGenerator json;
    private final boolean complete;

    private LocalConfiguration(JsonGenerator json, boolean complete) {
        this.json = json;
        this.complete = complete;
    }

    /** What a connector tells the edge, with the values of {@code flags}. */
    static String json(Ingress ingress, Map<String, String> flags) {
        return text(json -> new LocalConfiguration(json, false).write(ingress, flags));
    }

    /** Everything, in the shape of cloudflared's {@code /config}. */
    static String complete(Ingress ingress, int version) {
        return text(json -> {
            json.writeStartObject();
            json.writeNumberField("version", version);
            json.writeFieldName("config");
            new LocalConfiguration(json, true).write(ingress, Map.of());
            json.writeEndObject();
        });
    }

    private static String text(Document document) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            document.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("a StringWriter does not fail", e);
        }
        return text.toString();
    }

    /** What is to be written. */
    private interface Document {
        void write(JsonGenerator json) throws IOException;
    }

    private void write(Ingress ingress, Map<String, String> flags) throws IOException {
        json.writeStartObject();
        if (!flags.isEmpty()) {
            json.writeObjectFieldStart("__configuration_flags");
            for (Map.Entry<String, String> flag : flags.entrySet()) {
                json.writeStringField(flag.getKey(), flag.getValue());
            }
            json.writeEndObject();
        }
        json.writeArrayFieldStart("ingress");
        for (IngressRule rule : ingress.rules()) {
            write(rule);
        }
        json.writeEndArray();
        write(ingress.warpRouting());
        if (complete) {
            write(ingress.defaults());
        }
        json.writeEndObject();
    }

    private void write(IngressRule rule) throws IOException {
        json.writeStartObject();
        text("hostname", rule.hostname(), "");
        if (complete && rule.path().isEmpty()) {
            json.writeNullField("path");
        } else {
            text("path", rule.path(), "");
        }
        json.writeStringField(
                "service", complete ? PASSWORD.matcher(rule.service()).replaceAll("://***@") : rule.service());
        if (complete) {
            json.writeNullField("Handlers");
        }
        write(rule.request());
        json.writeEndObject();
    }

    private void write(OriginRequest request) throws IOException {
        json.writeObjectFieldStart("originRequest");
        write(request.options());
        write(request.streams());
        write(request.access());
        json.writeEndObject();
    }

    private void write(OriginOptions options) throws IOException {
        OriginOptions defaults = OriginOptions.DEFAULT;
        if (complete) {
            // Ours, and so nothing for the edge: nobody knows what it does with a key that it does not know.
            seconds("responseTimeout", options.responseTimeout(), defaults.responseTimeout());
            seconds("connectRetry", options.connectRetry(), defaults.connectRetry());
            number("maxConnections", options.maxConnections(), defaults.maxConnections());
            seconds("bodyIdleTimeout", options.bodyIdleTimeout(), defaults.bodyIdleTimeout());
            number("maxResponseHeaderBytes", options.maxResponseHeaderBytes(), defaults.maxResponseHeaderBytes());
            flag("realClientAddress", options.realClientAddress(), defaults.realClientAddress());
            // Shown by cloudflared too, and without any meaning.
            text("proxyAddress", "127.0.0.1", null);
            number("proxyPort", 0, 0);
        }
        seconds("connectTimeout", options.connectTimeout(), defaults.connectTimeout());
        seconds("tlsTimeout", options.tlsTimeout(), defaults.tlsTimeout());
        seconds("tcpKeepAlive", options.tcpKeepAlive(), defaults.tcpKeepAlive());
        number("keepAliveConnections", options.keepAliveConnections(), defaults.keepAliveConnections());
        seconds("keepAliveTimeout", options.keepAliveTimeout(), defaults.keepAliveTimeout());
        text("httpHostHeader", options.httpHostHeader(), defaults.httpHostHeader());
        text("originServerName", options.originServerName(), defaults.originServerName());
        text("caPool", options.caPool() == null ? null : options.caPool().toString(), null);
        flag("noTLSVerify", options.noTlsVerify(), defaults.noTlsVerify());
        flag("disableChunkedEncoding", options.disableChunkedEncoding(), defaults.disableChunkedEncoding());
        flag("matchSNItoHost", options.matchSniToHost(), defaults.matchSniToHost());
        flag("noHappyEyeballs", options.noHappyEyeballs(), defaults.noHappyEyeballs());
        flag("http2Origin", options.http2Origin(), defaults.http2Origin());
    }

    private void write(StreamOptions options) throws IOException {
        flag("bastionMode", options.bastionMode(), false);
        text("proxyType", options.socks() ? "socks" : null, null);
        if (complete || !options.ipRules().isEmpty()) {
            write(options.ipRules());
        }
    }

    private void write(List<IpRules.Rule> rules) throws IOException {
        json.writeArrayFieldStart("ipRules");
        for (IpRules.Rule rule : rules) {
            json.writeStartObject();
            json.writeStringField("prefix", rule.network().getHostAddress() + '/' + rule.prefixLength());
            json.writeArrayFieldStart("ports");
            for (int port : new TreeSet<>(rule.ports())) {
                json.writeNumber(port);
            }
            json.writeEndArray();
            json.writeBooleanField("allow", rule.allow());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void write(@Nullable AccessPolicy access) throws IOException {
        if (access == null && complete) {
            json.writeObjectFieldStart("access");
            json.writeBooleanField("required", false);
            json.writeEndObject();
        }
        if (access != null) {
            json.writeObjectFieldStart("access");
            json.writeBooleanField("required", true);
            json.writeStringField("teamName", access.team());
            json.writeArrayFieldStart("audTag");
            for (String audience : new TreeSet<>(access.audiences())) {
                json.writeString(audience);
            }
            json.writeEndArray();
            text("environment", access.federal() ? "fed" : null, null);
            json.writeEndObject();
        }
    }

    private void write(WarpRouting routing) throws IOException {
        WarpRouting defaults = WarpRouting.DEFAULT;
        json.writeObjectFieldStart("warp-routing");
        seconds("connectTimeout", routing.connectTimeout(), defaults.connectTimeout());
        number("maxActiveFlows", routing.maxActiveFlows(), defaults.maxActiveFlows());
        seconds("tcpKeepAlive", routing.tcpKeepAlive(), defaults.tcpKeepAlive());
        IpRules allowed = routing.ipRules();
        if (complete && allowed != null) {
            write(allowed.rules());
        }
        json.writeEndObject();
    }

    private void text(String key, @Nullable String value, @Nullable String byDefault) throws IOException {
        if (complete) {
            json.writeStringField(key, value == null ? "" : value);
        } else if (value != null && !Objects.equals(value, byDefault)) {
            json.writeStringField(key, value);
        }
    }

    private void number(String key, int value, int byDefault) throws IOException {
        if (complete || value != byDefault) {
            json.writeNumberField(key, value);
        }
    }

    private void flag(String key, boolean value, boolean byDefault) throws IOException {
        if (complete || value != byDefault) {
            json.writeBooleanField(key, value);
        }
    }

    /** A number of seconds, with a fraction if need be: {@code 1.5}. */
    private void seconds(String key, Duration value, Duration byDefault) throws IOException {
        if (complete || !value.equals(byDefault)) {
            BigDecimal seconds = BigDecimal.valueOf(value.getSeconds()).add(BigDecimal.valueOf(value.getNano(), 9));
            json.writeFieldName(key);
            json.writeNumber(seconds.stripTrailingZeros().toPlainString());
        }
    }
}
