package dev.adit.connector.status;

import dev.adit.connector.admin.AdminAnswer;
import dev.adit.connector.admin.AdminRequest;
import dev.adit.connector.admin.Endpoint;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * {@code /ready}: 200 while requests can come, else 503.
 *
 * @param status where the tunnel stands
 * @param connectorId of this process
 */
record ReadyEndpoint(Supplier<TunnelStatus> status, UUID connectorId) implements Endpoint {
    @Override
    public CompletionStage<AdminAnswer> answer(AdminRequest request) {
        TunnelStatus now = status.get();
        int code = now.isReady() ? 200 : 503;
        return CompletableFuture.completedFuture(AdminAnswer.json(code, Json.object(json -> {
            json.writeNumberField("status", code);
            json.writeNumberField("readyConnections", now.registered());
            json.writeStringField("connectorId", connectorId.toString());
        })));
    }
}
