package dev.adit.edgesim.api;

import dev.adit.edgesim.admin.Routes;
import dev.adit.edgesim.state.SavedState;
import dev.adit.edgesim.tunnel.TunnelDirectory;
import dev.adit.edgesim.tunnel.TunnelSpec;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The REST API over a directory of tunnels. Made at start; confined to the event loop from then on. */
public final class Api {
    private final ApiSettings settings;
    private final EventExecutor loop;
    private final Consumer<SavedState> keeper;
    private final Registry registry;
    private final List<RouteGroup> groups;
    private @Nullable SavedState last;
    private boolean dirty;

    /** An API; {@code keeper} gets every new state soon after a change, on {@code loop}. */
    public Api(TunnelDirectory directory, ApiSettings settings, EventExecutor loop, Consumer<SavedState> keeper) {
        this.settings = settings;
        this.loop = loop;
        this.keeper = keeper;
        registry = new Registry(directory, settings.saved(), this::changed);
        List<String> names = new ArrayList<>(settings.zones());
        Zones zones = new Zones(names.isEmpty() && !directory.hosts().isEmpty() ? domains(directory) : names);
        QuickTunnels quick = new QuickTunnels(directory, registry, settings.quickDomain(), loop);
        groups = List.of(
                new TunnelRoutes(registry)::addTo,
                new DnsRoutes(registry, zones)::addTo,
                new AccountRoutes()::addTo,
                quick::addTo);
        changed();
    }

    /** The tunnels to start with: those of {@code given}, with the id and secret that they had, and the other saved. */
    public static List<TunnelSpec> specs(SavedState saved, List<TunnelSpec> given) {
        return Registry.specs(saved, given);
    }

    /** Adds what the API serves to {@code routes}. */
    public void addTo(Routes routes) {
        groups.forEach(group -> group.addTo(routes));
    }

    private static List<String> domains(TunnelDirectory directory) {
        return directory.hosts().stream()
                .map(host -> host.replaceFirst("^.*\\.([^.]+\\.[^.]+)$", "$1"))
                .distinct()
                .toList();
    }

    // Many changes of one turn of the loop are one new state.
    private void changed() {
        if (!dirty) {
            dirty = true;
            loop.execute(this::save);
        }
    }

    private void save() {
        dirty = false;
        SavedState state = registry.saved(settings.apiToken(), settings.authority());
        if (!state.equals(last)) {
            last = state;
            keeper.accept(state);
        }
    }

    /** Something that has routes. */
    @FunctionalInterface
    private interface RouteGroup {
        void addTo(Routes routes);
    }
}
