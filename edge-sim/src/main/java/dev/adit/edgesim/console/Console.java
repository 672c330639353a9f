package dev.adit.edgesim.console;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adit.edgesim.admin.Access;
import dev.adit.edgesim.admin.AdminAnswer;
import dev.adit.edgesim.admin.AdminHandler;
import dev.adit.edgesim.admin.AdminRequest;
import dev.adit.edgesim.admin.Envelope;
import dev.adit.edgesim.admin.Rejection;
import dev.adit.edgesim.admin.Routes;
import dev.adit.edgesim.eyeball.PublicRequest;
import dev.adit.edgesim.fault.FaultDesk;
import dev.adit.edgesim.tunnel.Tunnel;
import dev.adit.edgesim.tunnel.TunnelDirectory;
import io.netty.util.concurrent.EventExecutor;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/** The page, and the paths under {@code /sim} that feed it and serve scripts as well. Confined to the event loop. */
public final class Console {
    private static final int BAD_REQUEST = 1_000;
    private static final int NOT_FOUND = 1_002;

    private final ConsoleAssets assets = new ConsoleAssets();
    private final RequestHistory history = new RequestHistory();
    private final TunnelDirectory directory;
    private final TunnelDesk desk;
    private final TunnelsView tunnels;
    private final FaultBoard faults;
    private final LiveFeed feed;

    /** A console that shows {@code directory} and orders at {@code faultDesk}; {@code facts} are asked for on the loop. */
    public Console(TunnelDirectory directory, FaultDesk faultDesk, Supplier<EdgeFacts> facts, EventExecutor loop) {
        this.directory = directory;
        desk = new TunnelDesk(directory);
        tunnels = new TunnelsView(directory, facts);
        faults = new FaultBoard(faultDesk, this::changed);
        feed = new LiveFeed(
                loop,
                history,
                List.of(new Snapshot("tunnels", tunnels::json), new Snapshot("fault", faults::json)),
                tunnels::measureRoundTrips);
        directory.addListener(tunnel -> changed());
    }

    /** A public request is over. */
    public void add(PublicRequest request) {
        feed.add(request);
    }

    /** Adds the paths to {@code routes}. */
    public void route(Routes routes) {
        for (String path : ConsoleAssets.paths()) {
            routes.add(Access.OPEN, "GET " + path, request -> asset(path, request));
        }
        add(routes, "GET /sim/live", this::live);
        add(routes, "GET /sim/tunnels", request -> Envelope.of(tunnels.json()));
        add(routes, "POST /sim/tunnels", request -> Envelope.of(desk.create(request.json())));
        add(routes, "DELETE /sim/tunnels/{id}", request -> {
            desk.delete(tunnel(request));
            return Envelope.of(null);
        });
        add(
                routes,
                "GET /sim/tunnels/{id}/token",
                request -> Envelope.of(
                        JsonNodeFactory.instance.objectNode().put("token", TunnelDesk.token(tunnel(request)))));
        add(routes, "POST /sim/tunnels/{id}/applications", request -> {
            desk.publish(tunnel(request), request.json());
            return Envelope.of(null);
        });
        add(routes, "DELETE /sim/tunnels/{id}/applications", request -> {
            desk.withdraw(tunnel(request), request.json());
            return Envelope.of(null);
        });
        add(routes, "GET /sim/requests", request -> Envelope.of(history.json()));
        add(routes, "GET /sim/events", request -> Envelope.of(faults.events()));
        add(routes, "GET /sim/faults", request -> {
            ObjectNode all = faults.json();
            all.set("kinds", faults.kinds());
            return Envelope.of(all);
        });
        add(routes, "POST /sim/faults", request -> Envelope.of(faults.inject(request.json())));
        add(routes, "DELETE /sim/faults", request -> {
            faults.heal();
            return Envelope.of(null);
        });
        add(routes, "DELETE /sim/faults/{sequence}", this::heal);
    }

    private static void add(Routes routes, String how, AdminHandler handler) {
        routes.add(Access.TOKEN, how, request -> {
            try {
                return handler.handle(request);
            } catch (IllegalArgumentException e) {
                throw new Rejection(400, BAD_REQUEST, String.valueOf(e.getMessage()));
            }
        });
    }

    // The feed is made with what calls this.
    private void changed() {
        feed.changed();
    }

    private AdminAnswer asset(String path, AdminRequest request) {
        ConsoleAssets.Asset asset = assets.at(path);
        if (asset == null) {
            throw new IllegalStateException("no asset for the route " + path);
        }
        AdminAnswer answer = asset.etag().equals(request.header("if-none-match"))
                ? AdminAnswer.bytes(304, asset.type(), new byte[0])
                : AdminAnswer.bytes(200, asset.type(), asset.body());
        return answer.with("etag", asset.etag()).with("cache-control", "no-cache");
    }

    private AdminAnswer live(AdminRequest request) {
        String header = request.header("last-event-id");
        String after = header == null ? request.query("after") : header;
        return AdminAnswer.events(stream -> feed.open(stream, after));
    }

    private AdminAnswer heal(AdminRequest request) {
        if (!faults.heal(Long.parseLong(request.param("sequence")))) {
            throw new Rejection(404, NOT_FOUND, "This fault is over, or there never was one with its number.");
        }
        return Envelope.of(null);
    }

    private Tunnel tunnel(AdminRequest request) {
        Tunnel tunnel = directory.byId(UUID.fromString(request.param("id")));
        if (tunnel == null) {
            throw new Rejection(404, NOT_FOUND, "There is no tunnel with this id.");
        }
        return tunnel;
    }
}
