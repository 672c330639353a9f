package dev.adit.connector.control;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.adit.connector.admin.AdminAnswer;
import dev.adit.connector.admin.Endpoint;
import dev.adit.connector.admin.Endpoints;
import dev.adit.connector.ingress.Ingress;
import dev.adit.connector.ingress.IngressRule;
import dev.adit.connector.status.Json;
import dev.adit.proxy.engine.RunningExchange;
import dev.adit.proxy.engine.ServiceName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code /requests}: what is under way; {@code /hosts}: how each host of the rules fares. For users of this machine. */
public final class TrafficEndpoints {
    private TrafficEndpoints() {}

    /** Tells of {@code traffic}, and of the rules in force, which {@code ingress} gives on any thread. */
    public static Endpoints of(Traffic traffic, Supplier<Ingress> ingress) {
        return new Endpoints()
                .get(
                        "/requests",
                        Endpoint.local(request ->
                                traffic.running().thenApply(running -> AdminAnswer.json(200, requests(running)))))
                .get(
                        "/hosts",
                        Endpoint.local(request -> traffic.hosts()
                                .thenApply(states -> AdminAnswer.json(200, hosts(ingress.get(), states)))));
    }

    private static String requests(Traffic.Running running) {
        return Json.object(json -> {
            json.writeNumberField("running", running.total());
            json.writeArrayFieldStart("requests");
            for (RunningExchange exchange : running.oldest()) {
                write(json, exchange);
            }
            json.writeEndArray();
        });
    }

    private static void write(JsonGenerator json, RunningExchange exchange) throws IOException {
        json.writeStartObject();
        json.writeStringField("kind", exchange.kind());
        json.writeStringField("method", exchange.method());
        json.writeStringField("host", exchange.host());
        json.writeStringField("path", exchange.path());
        json.writeNumberField("connIndex", exchange.connection());
        Integer rule = exchange.rule();
        if (rule != null) {
            json.writeNumberField("ingressRule", rule);
        }
        writeIfKnown(json, "originService", exchange.service());
        writeIfKnown(json, "cfRay", exchange.ray());
        writeIfKnown(json, "requestId", exchange.id());
        json.writeNumberField("status", exchange.status());
        json.writeNumberField("ageMs", exchange.ageMillis());
        json.writeNumberField("bytesReceived", exchange.receivedBytes());
        json.writeNumberField("bytesSent", exchange.sentBytes());
        json.writeEndObject();
    }

    private static void writeIfKnown(JsonGenerator json, String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }

    private static String hosts(Ingress ingress, Map<String, HostState> states) {
        Map<String, List<IngressRule>> byHost = new LinkedHashMap<>();
        for (IngressRule rule : ingress.rules()) {
            String host = rule.hostname().isEmpty() ? LoopTraffic.ALL_HOSTS : rule.hostname();
            byHost.computeIfAbsent(host, key -> new ArrayList<>()).add(rule);
        }
        return Json.object(json -> {
            json.writeArrayFieldStart("hosts");
            for (Map.Entry<String, List<IngressRule>> host : byHost.entrySet()) {
                json.writeStartObject();
                json.writeStringField("hostname", host.getKey());
                write(json, host.getValue());
                write(json, states.getOrDefault(host.getKey(), HostState.NONE));
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private static void write(JsonGenerator json, List<IngressRule> rules) throws IOException {
        json.writeArrayFieldStart("rules");
        for (IngressRule rule : rules) {
            json.writeStartObject();
            json.writeNumberField("ingressRule", rule.route().index());
            json.writeStringField("path", rule.path());
            json.writeStringField("originService", ServiceName.of(rule.route().target()));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, HostState state) throws IOException {
        json.writeNumberField("running", state.running());
        json.writeNumberField("ended", state.ended());
        json.writeNumberField("failed", state.failed());
        HostState.LastFailure last = state.last();
        if (last != null) {
            json.writeStringField("lastFailure", last.reason().name().toLowerCase(Locale.ROOT));
            json.writeStringField("lastFailureAt", last.at().toString());
        }
    }
}
