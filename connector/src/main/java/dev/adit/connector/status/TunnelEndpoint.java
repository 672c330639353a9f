package dev.adit.connector.status;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.adit.connector.admin.AdminAnswer;
import dev.adit.connector.admin.AdminRequest;
import dev.adit.connector.admin.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * {@code /diag/tunnel}: where each connection stands. Every field is always there.
 *
 * @param status where the tunnel stands
 * @param tunnelId of the tunnel
 * @param connectorId of this process
 */
record TunnelEndpoint(Supplier<TunnelStatus> status, UUID tunnelId, UUID connectorId) implements Endpoint {
    private static final double NANOS_PER_MILLI = 1e6;

    @Override
    public CompletionStage<AdminAnswer> answer(AdminRequest request) {
        TunnelStatus now = status.get();
        return CompletableFuture.completedFuture(AdminAnswer.json(200, Json.object(json -> {
            json.writeStringField("tunnelID", tunnelId.toString());
            json.writeStringField("connectorID", connectorId.toString());
            json.writeBooleanField("draining", now.draining());
            json.writeArrayFieldStart("connections");
            for (ConnectionStatus connection : now.connections()) {
                write(json, connection);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("icmp_sources");
            json.writeEndArray();
        })));
    }

    private static void write(JsonGenerator json, ConnectionStatus connection) throws IOException {
        ConnectionStatus.Registration registration = connection.registration();
        Duration roundTrip = connection.roundTrip();
        json.writeStartObject();
        json.writeNumberField("index", connection.index());
        json.writeBooleanField("isConnected", connection.isRegistered());
        json.writeStringField("state", connection.phase().name().toLowerCase(Locale.ROOT));
        json.writeStringField("protocol", "http2");
        json.writeStringField(
                "edgeAddress",
                connection.edge() == null ? "" : connection.edge().toString());
        json.writeStringField("location", registration == null ? "" : registration.location());
        json.writeStringField(
                "connectionID",
                registration == null ? "" : registration.connectionId().toString());
        json.writeStringField(
                "registeredSince",
                registration == null ? "" : registration.since().toString());
        json.writeFieldName("roundTripMillis");
        if (roundTrip == null) {
            json.writeNull();
        } else {
            json.writeNumber(roundTrip.toNanos() / NANOS_PER_MILLI);
        }
        json.writeStringField("lastError", connection.lastError() == null ? "" : connection.lastError());
        json.writeEndObject();
    }
}
