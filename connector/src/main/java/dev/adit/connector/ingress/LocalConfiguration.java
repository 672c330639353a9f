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
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Writes the document in which a connector tells the edge its local configuration; only what differs from the defaults. */
final class LocalConfiguration {
    private final JsonGenerator json;

    private LocalConfiguration(JsonGenerator json) {
        this.json = json;
    }

    static String json(Ingress ingress, Map<String, String> flags) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            new LocalConfiguration(json).write(ingress, flags);
        } catch (IOException e) {
            throw new UncheckedIOException("a StringWriter does not fail", e);
        }
        return text.toString();
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
        json.writeEndObject();
    }

    private void write(IngressRule rule) throws IOException {
        json.writeStartObject();
        text("hostname", rule.hostname(), "");
        text("path", rule.path(), "");
        json.writeStringField("service", rule.service());
        json.writeObjectFieldStart("originRequest");
        write(rule.route().options());
        write(rule.request().streams());
        write(rule.request().access());
        json.writeEndObject();
        json.writeEndObject();
    }

    /**
     * Our own keys, such as {@code responseTimeout}, are left out: nobody knows what the edge does with a key it does not
     * know.
     */
    private void write(OriginOptions options) throws IOException {
        OriginOptions defaults = OriginOptions.DEFAULT;
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
        if (!options.ipRules().isEmpty()) {
            json.writeArrayFieldStart("ipRules");
            for (IpRules.Rule rule : options.ipRules()) {
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
    }

    private void write(@Nullable AccessPolicy access) throws IOException {
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
        json.writeEndObject();
    }

    private void text(String key, @Nullable String value, @Nullable String byDefault) throws IOException {
        if (value != null && !Objects.equals(value, byDefault)) {
            json.writeStringField(key, value);
        }
    }

    private void number(String key, int value, int byDefault) throws IOException {
        if (value != byDefault) {
            json.writeNumberField(key, value);
        }
    }

    private void flag(String key, boolean value, boolean byDefault) throws IOException {
        if (value != byDefault) {
            json.writeBooleanField(key, value);
        }
    }

    /** A number of seconds, with a fraction if need be: {@code 1.5}. */
    private void seconds(String key, Duration value, Duration byDefault) throws IOException {
        if (!value.equals(byDefault)) {
            BigDecimal seconds = BigDecimal.valueOf(value.getSeconds()).add(BigDecimal.valueOf(value.getNano(), 9));
            json.writeFieldName(key);
            json.writeNumber(seconds.stripTrailingZeros().toPlainString());
        }
    }
}
