package dev.adit.connector.status;

import dev.adit.connector.admin.AdminAnswer;
import dev.adit.connector.admin.Endpoint;
import dev.adit.connector.admin.Endpoints;
import dev.adit.connector.ingress.RemoteConfig;
import io.netty.util.concurrent.EventExecutorGroup;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** The endpoints that tell how this process is doing, under cloudflared's paths. They tell no secrets. */
public final class StatusEndpoints {
    /**
     * What this process is.
     *
     * @param tunnelId the tunnel that it serves
     * @param connectorId its own id
     * @param version of the program
     * @param settings what was set, without secrets
     */
    public record Self(UUID tunnelId, UUID connectorId, String version, Map<String, String> settings) {
        public Self {
            settings = Map.copyOf(settings);
        }
    }

    /**
     * What is going on in it.
     *
     * @param status where the tunnel stands
     * @param config the rules in force
     * @param quickHostname the name that a quick tunnel was given; empty for any other tunnel
     * @param loops all event loops
     */
    public record Live(
            Supplier<TunnelStatus> status,
            RemoteConfig config,
            Supplier<String> quickHostname,
            EventExecutorGroup loops) {}

    private StatusEndpoints() {}

    /** All of them; those that read files do so on {@code blocking}. */
    public static Endpoints of(Self self, Live live, Executor blocking) {
        return new Endpoints()
                // For any method, as cloudflared's.
                .add(Endpoints.ANY, "/ready", new ReadyEndpoint(live.status(), self.connectorId()))
                .add(Endpoints.ANY, "/healthcheck", Endpoint.now(request -> AdminAnswer.text(200, "OK\n")))
                .get("/live", new LiveEndpoint(live.loops(), LiveEndpoint.LIMIT))
                .get(
                        "/quicktunnel",
                        Endpoint.now(request -> AdminAnswer.json(
                                200,
                                Json.object(json -> json.writeStringField(
                                        "hostname", live.quickHostname().get())))))
                .get("/config", Endpoint.now(request -> AdminAnswer.json(200, config(live.config()))))
                .get("/diag/tunnel", new TunnelEndpoint(live.status(), self.tunnelId(), self.connectorId()))
                .get(
                        "/diag/configuration",
                        Endpoint.now(request -> AdminAnswer.json(200, configuration(self.settings()))))
                .get("/diag/threads", Endpoint.on(blocking, new ThreadsEndpoint()))
                .get("/diag/recording", Endpoint.local(new RecordingEndpoint(RecordingEndpoint.LENGTH, blocking)))
                .get("/diag/system", Endpoint.on(blocking, new SystemEndpoint(self.version())));
    }

    private static String config(RemoteConfig config) {
        return config.ingress().complete(config.version());
    }

    private static String configuration(Map<String, String> settings) {
        return Json.object(json -> {
            for (Map.Entry<String, String> setting : settings.entrySet()) {
                json.writeStringField(setting.getKey(), setting.getValue());
            }
        });
    }
}
