package dev.adit.edgesim.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adit.edgesim.admin.Access;
import dev.adit.edgesim.admin.AdminAnswer;
import dev.adit.edgesim.admin.AdminRequest;
import dev.adit.edgesim.admin.Envelope;
import dev.adit.edgesim.admin.Rejection;
import dev.adit.edgesim.admin.Routes;
import dev.adit.edgesim.tunnel.Tunnel;
import dev.adit.edgesim.tunnel.TunnelDirectory;
import dev.adit.edgesim.tunnel.TunnelSpec;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Tunnels for everyone who asks, without an account: gone soon after their connector. Confined to the event loop. */
final class QuickTunnels {
    private static final int MAX_TUNNELS = 100;
    // The connector dials right after it asked, and again within seconds after a failure.
    private static final Duration GRACE = Duration.ofMinutes(1);
    private static final int RANDOM_BYTES = 8;

    private final TunnelDirectory directory;
    private final Registry registry;
    private final String domain;
    private final EventExecutor loop;
    private final SecureRandom random = new SecureRandom();
    private final Map<UUID, Future<?>> leaving = new HashMap<>();
    private final Map<UUID, Tunnel> tunnels = new HashMap<>();

    QuickTunnels(TunnelDirectory directory, Registry registry, String domain, EventExecutor loop) {
        this.directory = directory;
        this.registry = registry;
        this.domain = TunnelSpec.checkHost(domain);
        this.loop = loop;
        directory.addListener(this::follow);
    }

    void addTo(Routes routes) {
        routes.add(Access.OPEN, "POST /tunnel", this::create);
    }

    private AdminAnswer create(AdminRequest request) {
        if (tunnels.size() >= MAX_TUNNELS) {
            throw new Rejection(429, 1015, "There are " + MAX_TUNNELS + " quick tunnels already.");
        }
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        String label = "quick-" + HexFormat.of().formatHex(bytes);
        String host = label + "." + domain;
        TunnelSpec spec = TunnelSpec.of(label, List.of(host), null);
        UUID id = spec.token().tunnelId();
        registry.hide(id);
        Tunnel tunnel = directory.create(spec);
        tunnels.put(id, tunnel);
        follow(tunnel);
        ObjectNode result = Shapes.object();
        result.put("id", id.toString()).put("name", label).put("hostname", host);
        result.put("account_tag", TunnelSpec.ACCOUNT).put("secret", Shapes.secret(spec));
        return Envelope.of(result);
    }

    private void follow(Tunnel tunnel) {
        UUID id = tunnel.id();
        if (!tunnels.containsKey(id)) {
            return;
        }
        if (!tunnel.connections().isEmpty()) {
            Future<?> pending = leaving.remove(id);
            if (pending != null) {
                pending.cancel(false);
            }
        } else if (!leaving.containsKey(id)) {
            leaving.put(id, loop.schedule(() -> forget(tunnel), GRACE.toMillis(), TimeUnit.MILLISECONDS));
        }
    }

    private void forget(Tunnel tunnel) {
        tunnels.remove(tunnel.id());
        leaving.remove(tunnel.id());
        directory.delete(tunnel);
        registry.forget(tunnel.id());
    }
}
