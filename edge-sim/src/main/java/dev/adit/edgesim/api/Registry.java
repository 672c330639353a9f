package dev.adit.edgesim.api;

import dev.adit.connector.wire.TunnelSecret;
import dev.adit.connector.wire.TunnelToken;
import dev.adit.edgesim.state.SavedState;
import dev.adit.edgesim.state.SavedState.SavedConfiguration;
import dev.adit.edgesim.state.SavedState.SavedRecord;
import dev.adit.edgesim.state.SavedState.SavedTunnel;
import dev.adit.edgesim.tunnel.Configuration;
import dev.adit.edgesim.tunnel.Tunnel;
import dev.adit.edgesim.tunnel.TunnelDirectory;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the API knows: tunnels, deleted ones included, and DNS records. It follows the directory, whoever changes that.
 * Confined to the event loop.
 */
final class Registry {
    private static final int MAX_DELETED = 1_000;

    private final TunnelDirectory directory;
    private final Runnable changed;
    private final Map<UUID, TunnelEntry> entries = new LinkedHashMap<>();
    private final SortedMap<String, SavedRecord> records = new TreeMap<>();
    private final Set<UUID> hidden = new HashSet<>();
    private final SecureRandom random = new SecureRandom();

    /** A registry of what {@code directory} and {@code saved} hold; {@code changed} runs after every change. */
    Registry(TunnelDirectory directory, SavedState saved, Runnable changed) {
        this.directory = directory;
        this.changed = changed;
        saved.tunnels().forEach(this::restore);
        for (SavedRecord dns : saved.records()) {
            Tunnel tunnel = directory.byId(dns.tunnel());
            Tunnel taken = directory.byHost(dns.name());
            if (taken == null || taken == tunnel) {
                records.put(dns.name(), dns);
                if (taken == null && tunnel != null) {
                    directory.route(dns.name(), tunnel);
                }
            }
        }
        directory.tunnels().forEach(this::adopt);
        reconcile();
        directory.addListener(this::follow);
    }

    private void restore(SavedTunnel saved) {
        Tunnel tunnel = directory.byId(saved.id());
        SavedConfiguration configuration = saved.configuration();
        Instant deletedAt = saved.deletedAt();
        if (deletedAt != null) {
            // A directory of its own: deleted tunnels have no host names and no connections.
            tunnel = new TunnelDirectory(List.of()).create(spec(saved));
        }
        if (tunnel == null) {
            return;
        }
        TunnelEntry entry = new TunnelEntry(tunnel, saved.createdAt(), saved.source());
        entry.deletedAt = deletedAt;
        entries.put(saved.id(), entry);
        if (configuration != null) {
            Configuration given = tunnel.configuration();
            Configuration kept = new Configuration(configuration.version(), configuration.config());
            entry.configuredAt = configuration.createdAt();
            if (given != null && !given.config().equals(kept.config())) {
                // Connectors that run on apply only what is newer than what they have.
                kept = new Configuration(kept.version() + 1, given.config());
                entry.configuredAt = Instant.now();
            }
            tunnel.restore(kept);
        }
    }

    /** The tunnels to start with: those of {@code given}, with the id and secret that they had, and the other saved. */
    static List<TunnelSpec> specs(SavedState saved, List<TunnelSpec> given) {
        Map<String, TunnelSpec> specs = new LinkedHashMap<>();
        List<TunnelSpec> all = new ArrayList<>();
        for (SavedTunnel tunnel : saved.tunnels()) {
            if (tunnel.deletedAt() == null) {
                specs.put(tunnel.name(), spec(tunnel));
            }
        }
        for (TunnelSpec spec : given) {
            TunnelSpec before = specs.remove(spec.name());
            all.add(before == null ? spec : spec.withToken(before.token()));
        }
        all.addAll(specs.values());
        return all;
    }

    private static TunnelSpec spec(SavedTunnel saved) {
        TunnelSecret secret = TunnelSecret.of(Base64.getDecoder().decode(saved.secret()));
        return new TunnelSpec(
                saved.name(), List.of(), null, new TunnelToken(TunnelSpec.ACCOUNT, saved.id(), secret, null));
    }

    /** All tunnels, in the order of their creation. */
    List<TunnelEntry> tunnels() {
        return List.copyOf(entries.values());
    }

    @Nullable
    TunnelEntry tunnel(UUID id) {
        return entries.get(id);
    }

    /** How many tunnels there are that are not deleted. */
    long liveTunnels() {
        return entries.values().stream().filter(entry -> !entry.isDeleted()).count();
    }

    /** A new tunnel; throws IllegalArgumentException if its name is taken. */
    TunnelEntry create(TunnelSpec spec, String source) {
        Tunnel tunnel = directory.create(spec);
        TunnelEntry entry = adopt(tunnel);
        entry.source = source;
        changed.run();
        return entry;
    }

    /** Gives a tunnel another name or secret; throws IllegalArgumentException if the name is taken. */
    void amend(TunnelEntry entry, TunnelSpec spec) {
        directory.amend(entry.tunnel, spec);
    }

    void delete(TunnelEntry entry) {
        entry.deletedAt = Instant.now();
        directory.delete(entry.tunnel);
        List<TunnelEntry> deleted =
                entries.values().stream().filter(TunnelEntry::isDeleted).toList();
        if (deleted.size() > MAX_DELETED) {
            entries.remove(deleted.get(0).tunnel.id());
        }
        changed.run();
    }

    void configure(TunnelEntry entry, String config) {
        entry.source = "cloudflare";
        entry.configuredAt = Instant.now();
        entry.tunnel.configure(config);
    }

    /** Leaves the tunnel {@code id}, which is not made yet, out of everything here. */
    void hide(UUID id) {
        hidden.add(id);
    }

    void forget(UUID id) {
        hidden.remove(id);
    }

    /** All DNS records, by name. */
    List<SavedRecord> records() {
        return List.copyOf(records.values());
    }

    @Nullable
    SavedRecord dns(String name) {
        return records.get(name);
    }

    /** Adds or replaces the record of that name. */
    void put(SavedRecord dns) {
        Tunnel tunnel = directory.byId(dns.tunnel());
        records.put(dns.name(), dns);
        if (tunnel != null) {
            directory.route(dns.name(), tunnel);
        } else {
            directory.unroute(dns.name());
        }
        changed.run();
    }

    void remove(SavedRecord dns) {
        records.remove(dns.name());
        directory.unroute(dns.name());
        changed.run();
    }

    /** A record that was never there before. */
    SavedRecord newRecord(String name, UUID tunnel) {
        byte[] id = new byte[16];
        random.nextBytes(id);
        Instant now = Instant.now();
        return new SavedRecord(HexFormat.of().formatHex(id), name, tunnel, 1, true, null, now, now);
    }

    /** What is here, to be remembered. */
    SavedState saved(@Nullable String apiToken, SavedState.@Nullable Authority authority) {
        return new SavedState(
                apiToken,
                authority,
                entries.values().stream().map(Registry::saved).toList(),
                records());
    }

    private static SavedTunnel saved(TunnelEntry entry) {
        Configuration configuration = entry.tunnel.configuration();
        Instant configuredAt = entry.configuredAt;
        return new SavedTunnel(
                entry.tunnel.id(),
                entry.tunnel.name(),
                Shapes.secret(entry.spec()),
                entry.source,
                entry.createdAt,
                entry.deletedAt,
                configuration == null
                        ? null
                        : new SavedConfiguration(
                                configuration.version(),
                                configuration.config(),
                                configuredAt == null ? entry.createdAt : configuredAt));
    }

    private void follow(Tunnel tunnel) {
        if (hidden.contains(tunnel.id())) {
            return;
        }
        TunnelEntry entry = adopt(tunnel);
        if (!entry.isDeleted() && directory.byId(tunnel.id()) == null) {
            entry.deletedAt = Instant.now();
        }
        entry.look(Instant.now());
        reconcile();
        changed.run();
    }

    private TunnelEntry adopt(Tunnel tunnel) {
        return entries.computeIfAbsent(
                tunnel.id(),
                id -> new TunnelEntry(
                        tunnel, tunnel.createdAt(), tunnel.configuration() == null ? "local" : "cloudflare"));
    }

    // Routes that came or went without a record of their own.
    private void reconcile() {
        SortedMap<String, Tunnel> routes = directory.routes();
        records.values().removeIf(dns -> directory.byId(dns.tunnel()) != null && !routes.containsKey(dns.name()));
        routes.forEach((host, tunnel) -> {
            SavedRecord dns = records.get(host);
            if (!hidden.contains(tunnel.id()) && (dns == null || !dns.tunnel().equals(tunnel.id()))) {
                records.put(host, newRecord(host, tunnel.id()));
            }
        });
    }
}
