package dev.adit.connector.app;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import dev.adit.connector.account.TunnelRecord;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Tunnels and connectors as JSON or YAML, with the keys that cloudflared writes. */
final class TunnelDocument {
    /** How to write. */
    enum Format {
        JSON,
        YAML;

        /** What {@code --output} asks for; null if it was not given. */
        static @Nullable Format of(CommandSpec spec, @Nullable String output) {
            if (output == null || output.isEmpty()) {
                return null;
            }
            return switch (output) {
                case "json" -> JSON;
                case "yaml" -> YAML;
                default ->
                    throw new ParameterException(
                            spec.commandLine(), "--output must be json or yaml, was \"" + output + "\"");
            };
        }
    }

    /** Writes one thing. */
    @FunctionalInterface
    interface Content {
        void writeTo(JsonGenerator json) throws IOException;
    }

    private TunnelDocument() {}

    /** The text of {@code content}. */
    static String text(Format format, Content content) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = factory(format).createGenerator(text)) {
            if (format == Format.JSON) {
                json.setPrettyPrinter(new DefaultPrettyPrinter());
            }
            content.writeTo(json);
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory does not fail", e);
        }
        return text.toString().stripTrailing();
    }

    private static JsonFactory factory(Format format) {
        return format == Format.JSON
                ? new JsonFactory()
                : YAMLFactory.builder()
                        .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                        .build();
    }

    static Content tunnels(List<TunnelRecord> tunnels) {
        return json -> {
            json.writeStartArray();
            for (TunnelRecord tunnel : tunnels) {
                tunnel(tunnel).writeTo(json);
            }
            json.writeEndArray();
        };
    }

    static Content tunnel(TunnelRecord tunnel) {
        return json -> {
            json.writeStartObject();
            json.writeStringField("id", tunnel.id().toString());
            json.writeStringField("name", tunnel.name());
            json.writeStringField("created_at", tunnel.createdAt());
            json.writeStringField("deleted_at", tunnel.deletedAt());
            connections(json, "connections", tunnel.connections());
            json.writeEndObject();
        };
    }

    static Content connectors(TunnelRecord tunnel, List<TunnelRecord.Client> clients) {
        return json -> {
            json.writeStartObject();
            json.writeStringField("id", tunnel.id().toString());
            json.writeStringField("name", tunnel.name());
            json.writeStringField("createdAt", tunnel.createdAt());
            json.writeArrayFieldStart("conns");
            for (TunnelRecord.Client client : clients) {
                json.writeStartObject();
                json.writeStringField("id", client.id());
                json.writeArrayFieldStart("features");
                for (String feature : client.features()) {
                    json.writeString(feature);
                }
                json.writeEndArray();
                json.writeStringField("version", client.version());
                json.writeStringField("arch", client.arch());
                json.writeStringField("run_at", client.runAt());
                connections(json, "conns", client.connections());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        };
    }

    private static void connections(JsonGenerator json, String key, List<TunnelRecord.Connection> connections)
            throws IOException {
        json.writeArrayFieldStart(key);
        for (TunnelRecord.Connection connection : connections) {
            json.writeStartObject();
            json.writeStringField("colo_name", connection.place());
            json.writeStringField("id", connection.id());
            json.writeBooleanField("is_pending_reconnect", connection.pendingReconnect());
            json.writeStringField("origin_ip", connection.originIp());
            json.writeStringField("opened_at", connection.openedAt());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
