package dev.adit.edgesim.tunnel;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Which tunnels there are and which host names lead to them. Changed on the event loop only; read from any thread. */
public final class TunnelDirectory {
    private final List<Tunnel> tunnels = new CopyOnWriteArrayList<>();
    private final Map<String, Tunnel> byHost = new ConcurrentHashMap<>();
    private final List<TunnelListener> listeners = new CopyOnWriteArrayList<>();

    private final RandomGenerator random;

    /** A directory of {@code specs}; throws IllegalArgumentException if two of them get in each other's way. */
    public TunnelDirectory(List<TunnelSpec> specs) {
        this(specs, new SplittableRandom());
    }

    /** As the other, with the choices of connections made by {@code random}. */
    public TunnelDirectory(List<TunnelSpec> specs, RandomGenerator random) {
        this.random = random;
        specs.forEach(this::create);
    }

    /** Hears of every change from now on, on the event loop. */
    public void addListener(TunnelListener listener) {
        listeners.add(listener);
    }

    /**
     * Adds a tunnel and routes its host names; throws IllegalArgumentException, and changes nothing, if its name, its id
     * or one of its hosts is taken.
     */
    public Tunnel create(TunnelSpec spec) {
        for (Tunnel other : tunnels) {
            if (other.name().equals(spec.name())) {
                throw new IllegalArgumentException("two tunnels are called " + spec.name());
            }
            if (other.id().equals(spec.token().tunnelId())) {
                throw new IllegalArgumentException("two tunnels have the id " + other.id());
            }
        }
        for (String host : spec.hosts()) {
            if (byHost.containsKey(host)
                    || spec.hosts().indexOf(host) != spec.hosts().lastIndexOf(host)) {
                throw new IllegalArgumentException("host name " + host + " is given twice");
            }
        }
        Tunnel tunnel = new Tunnel(spec, this::changed, random);
        tunnels.add(tunnel);
        spec.hosts().forEach(host -> byHost.put(host, tunnel));
        changed(tunnel);
        return tunnel;
    }

    /** Forgets {@code tunnel} and its host names, and closes its connections. */
    public void delete(Tunnel tunnel) {
        tunnels.remove(tunnel);
        byHost.values().removeIf(other -> other == tunnel);
        tunnel.closeAll();
        changed(tunnel);
    }

    /**
     * Gives {@code tunnel} the name and the secret of {@code spec}, of the same id; connections stay. Throws
     * IllegalArgumentException if another tunnel has the name.
     */
    public void amend(Tunnel tunnel, TunnelSpec spec) {
        if (tunnels.stream().anyMatch(other -> other != tunnel && other.name().equals(spec.name()))) {
            throw new IllegalArgumentException("two tunnels are called " + spec.name());
        }
        tunnel.amend(spec);
        changed(tunnel);
    }

    /** Lets {@code host} lead to {@code tunnel}, wherever it led before; gives what it led to. */
    public @Nullable Tunnel route(String host, Tunnel tunnel) {
        Tunnel before = byHost.put(TunnelSpec.checkHost(host), tunnel);
        changed(tunnel);
        return before;
    }

    /** Lets {@code host} lead nowhere; gives what it led to. */
    public @Nullable Tunnel unroute(String host) {
        Tunnel before = byHost.remove(host.toLowerCase(Locale.ROOT));
        if (before != null) {
            changed(before);
        }
        return before;
    }

    /** All tunnels, in the order of their creation. */
    public List<Tunnel> tunnels() {
        return List.copyOf(tunnels);
    }

    /** The tunnel called {@code name}; throws IllegalArgumentException if there is none. */
    public Tunnel byName(String name) {
        return tunnels.stream()
                .filter(tunnel -> tunnel.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no tunnel is called " + name));
    }

    /** The tunnel that serves {@code host}, in any case, without port. */
    public @Nullable Tunnel byHost(String host) {
        return byHost.get(host.toLowerCase(Locale.ROOT));
    }

    /** The tunnel with that id. */
    public @Nullable Tunnel byId(UUID id) {
        return tunnels.stream()
                .filter(tunnel -> tunnel.id().equals(id))
                .findFirst()
                .orElse(null);
    }

    /** All routed host names. */
    public Set<String> hosts() {
        return Set.copyOf(byHost.keySet());
    }

    /** All routed host names, sorted, and where they lead. */
    public SortedMap<String, Tunnel> routes() {
        return new TreeMap<>(byHost);
    }

    private void changed(Tunnel tunnel) {
        listeners.forEach(listener -> listener.changed(tunnel));
    }
}
