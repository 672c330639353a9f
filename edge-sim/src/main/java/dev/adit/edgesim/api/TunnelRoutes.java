package dev.adit.edgesim.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.adit.connector.wire.TunnelSecret;
import dev.adit.connector.wire.TunnelToken;
import dev.adit.edgesim.admin.Access;
import dev.adit.edgesim.admin.AdminAnswer;
import dev.adit.edgesim.admin.AdminRequest;
import dev.adit.edgesim.admin.Envelope;
import dev.adit.edgesim.admin.Rejection;
import dev.adit.edgesim.admin.Routes;
import dev.adit.edgesim.tunnel.TunnelSession;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Tunnels of the account: made, listed, changed, deleted. */
final class TunnelRoutes {
    private static final String TUNNELS = "/client/v4/accounts/{account}/cfd_tunnel";
    private static final String TUNNEL = TUNNELS + "/{tunnel}";
    private static final int MAX_TUNNELS = 1_000;
    private static final int MAX_NAME_CHARS = 100;
    private static final int MAX_SECRET_CHARS = 1_000;
    // What Cloudflare's API asks for.
    private static final int MIN_SECRET_BYTES = 32;
    private static final int NAME_IN_USE = 1013;
    private static final int ACTIVE_CONNECTIONS = 1022;
    private static final int NOT_FOUND = 1003;

    private final Registry registry;

    TunnelRoutes(Registry registry) {
        this.registry = registry;
    }

    void addTo(Routes routes) {
        routes.add(Access.TOKEN, "POST " + TUNNELS, this::create)
                .add(Access.TOKEN, "GET " + TUNNELS, this::list)
                .add(Access.TOKEN, "GET " + TUNNEL, request -> Envelope.of(Shapes.tunnel(entry(request))))
                .add(Access.TOKEN, "PATCH " + TUNNEL, this::amend)
                .add(Access.TOKEN, "DELETE " + TUNNEL, this::delete)
                .add(Access.TOKEN, "GET " + TUNNEL + "/token", this::token)
                .add(Access.TOKEN, "GET " + TUNNEL + "/connections", this::connections)
                .add(Access.TOKEN, "DELETE " + TUNNEL + "/connections", this::cleanUp)
                .add(Access.TOKEN, "GET " + TUNNEL + "/configurations", this::configuration)
                .add(Access.TOKEN, "PUT " + TUNNEL + "/configurations", this::configure)
                .add(Access.TOKEN, "POST " + TUNNEL + "/management", this::management)
                .add(Access.TOKEN, "POST " + TUNNEL + "/management/{resource}", this::management);
    }

    private AdminAnswer create(AdminRequest request) {
        Fields.account(request);
        ObjectNode body = request.json();
        String name = Fields.required(body, "name", MAX_NAME_CHARS);
        String source = Fields.text(body, "config_src", MAX_NAME_CHARS);
        if (source != null && !source.equals("local") && !source.equals("cloudflare")) {
            throw Fields.invalid("config_src must be local or cloudflare.");
        }
        if (registry.liveTunnels() >= MAX_TUNNELS) {
            throw Fields.invalid("The account has " + MAX_TUNNELS + " tunnels already.");
        }
        TunnelSecret secret = secret(body);
        try {
            TunnelSpec spec = TunnelSpec.of(name, List.of(), null);
            return Envelope.of(Shapes.created(registry.create(
                    secret == null ? spec : spec.withToken(token(spec, secret)), source == null ? "local" : source)));
        } catch (IllegalArgumentException e) {
            throw nameRefused(name, e);
        }
    }

    private AdminAnswer amend(AdminRequest request) {
        TunnelEntry entry = live(request);
        ObjectNode body = request.json();
        String name = Fields.text(body, "name", MAX_NAME_CHARS);
        TunnelSecret secret = secret(body);
        TunnelSpec spec = entry.spec();
        String newName = name == null ? spec.name() : name;
        try {
            registry.amend(
                    entry,
                    new TunnelSpec(
                            newName,
                            spec.hosts(),
                            spec.service(),
                            secret == null ? spec.token() : token(spec, secret)));
        } catch (IllegalArgumentException e) {
            throw nameRefused(newName, e);
        }
        return Envelope.of(Shapes.tunnel(entry));
    }

    private Rejection nameRefused(String name, IllegalArgumentException e) {
        boolean taken = registry.tunnels().stream()
                .anyMatch(entry -> !entry.isDeleted() && entry.tunnel.name().equals(name));
        return taken
                ? new Rejection(409, NAME_IN_USE, "You already have a tunnel with this name.")
                : Fields.invalid(String.valueOf(e.getMessage()));
    }

    private static TunnelToken token(TunnelSpec spec, TunnelSecret secret) {
        return new TunnelToken(TunnelSpec.ACCOUNT, spec.token().tunnelId(), secret, null);
    }

    private static @Nullable TunnelSecret secret(ObjectNode body) {
        String text = Fields.text(body, "tunnel_secret", MAX_SECRET_CHARS);
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(text);
            if (bytes.length >= MIN_SECRET_BYTES) {
                return TunnelSecret.of(bytes);
            }
        } catch (IllegalArgumentException e) {
            throw Fields.invalid("tunnel_secret must be base64.");
        }
        throw Fields.invalid("tunnel_secret must have at least " + MIN_SECRET_BYTES + " bytes.");
    }

    private AdminAnswer list(AdminRequest request) {
        Fields.account(request);
        TunnelFilter filter = TunnelFilter.of(request);
        return Pages.of(
                request, registry.tunnels().stream().filter(filter::fits).toList(), Shapes::tunnel);
    }

    private AdminAnswer delete(AdminRequest request) {
        TunnelEntry entry = live(request);
        boolean cascade = Boolean.TRUE.equals(Fields.flag(request, "cascade"));
        if (!cascade && !entry.tunnel.connections().isEmpty()) {
            throw new Rejection(
                    400,
                    ACTIVE_CONNECTIONS,
                    "Cannot delete tunnel because it has active connections. Stop its connectors, or ask with cascade=true.");
        }
        registry.delete(entry);
        return Envelope.of(Shapes.tunnel(entry));
    }

    private AdminAnswer token(AdminRequest request) {
        return Envelope.of(TextNode.valueOf(live(request).spec().token().encode()));
    }

    private AdminAnswer connections(AdminRequest request) {
        return Envelope.of(Shapes.clients(live(request)));
    }

    private AdminAnswer cleanUp(AdminRequest request) {
        TunnelEntry entry = live(request);
        String wanted = request.query("client_id");
        UUID client = wanted == null || wanted.isEmpty() ? null : Fields.uuid("client_id", wanted);
        for (TunnelSession session : entry.tunnel.connections()) {
            if (client == null || Shapes.client(session).id().equals(client)) {
                session.closeTcp();
            }
        }
        return Envelope.of(null);
    }

    private AdminAnswer configuration(AdminRequest request) {
        return Envelope.of(Shapes.configuration(live(request)));
    }

    private AdminAnswer configure(AdminRequest request) {
        TunnelEntry entry = live(request);
        ObjectNode config = ConfigurationCheck.check(request.json());
        registry.configure(entry, config.toString());
        return Envelope.of(Shapes.configuration(entry));
    }

    private AdminAnswer management(AdminRequest request) {
        TunnelEntry entry = live(request);
        List<String> segments = request.segments();
        String last = segments.get(segments.size() - 1);
        return Envelope.of(
                TextNode.valueOf(ManagementToken.of(entry.spec(), last.equals("management") ? "logs" : last)));
    }

    private TunnelEntry live(AdminRequest request) {
        TunnelEntry entry = entry(request);
        if (entry.isDeleted()) {
            throw new Rejection(404, NOT_FOUND, "The tunnel was deleted.");
        }
        return entry;
    }

    private TunnelEntry entry(AdminRequest request) {
        Fields.account(request);
        TunnelEntry entry = registry.tunnel(Fields.uuid("The tunnel id", request.param("tunnel")));
        if (entry == null) {
            throw new Rejection(404, NOT_FOUND, "Tunnel not found");
        }
        return entry;
    }
}
