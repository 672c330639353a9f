package dev.adit.edgesim.tunnel;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One tunnel and its connections. Changed on the event loop only; what it tells may be read from any thread. */
public final class Tunnel {
    // As many as a connector keeps by default.
    private static final int HEALTHY_CONNECTIONS = 4;

    private final TunnelListener listener;
    private final TwoChoices<TunnelSession> choices;
    private final Instant createdAt = Instant.now();
    private final List<Waiter> waiters = new ArrayList<>();
    private volatile List<TunnelSession> registered = List.of();
    private volatile List<TunnelSession> serving = List.of();
    private volatile boolean everServed;
    private volatile TunnelSpec spec;
    private volatile @Nullable Configuration configuration;

    Tunnel(TunnelSpec spec, TunnelListener listener, RandomGenerator random) {
        this.spec = spec;
        this.listener = listener;
        choices = new TwoChoices<>(random, TunnelSession::openStreams);
        if (spec.service() != null) {
            configuration = new Configuration(1, RemoteConfiguration.of(spec.hosts(), spec.service()));
        }
    }

    /** What was asked for. */
    public TunnelSpec spec() {
        return spec;
    }

    /** Its short name. */
    public String name() {
        return spec.name();
    }

    /** Its id. */
    public UUID id() {
        return spec.token().tunnelId();
    }

    /** When it was made. */
    public Instant createdAt() {
        return createdAt;
    }

    /** The connections that take traffic now, in the order of their registration. */
    public List<TunnelSession> sessions() {
        return serving;
    }

    /** All connections that are registered, those that take no more traffic included. */
    public List<TunnelSession> connections() {
        return registered;
    }

    /** How it is doing. */
    public TunnelStatus status() {
        int count = serving.size();
        if (count == 0) {
            return everServed ? TunnelStatus.DOWN : TunnelStatus.INACTIVE;
        }
        return count < HEALTHY_CONNECTIONS ? TunnelStatus.DEGRADED : TunnelStatus.HEALTHY;
    }

    /** The rules that the edge keeps for it; null if the connector's own count. */
    public @Nullable Configuration configuration() {
        return configuration;
    }

    /**
     * Keeps {@code config}, the JSON value of {@code config} in a push, as the next version and sends it to all
     * connections. The answers come one for each connection, exceptionally from one that did not apply it.
     */
    public List<CompletableFuture<String>> configure(String config) {
        Configuration before = configuration;
        Configuration next = new Configuration(before == null ? 1 : before.version() + 1, config);
        configuration = next;
        listener.changed(this);
        return registered.stream()
                .map(session -> session.pushConfiguration(next.message()))
                .toList();
    }

    /** Keeps {@code kept} as it is, without a push: for the time before the first connector comes. */
    public void restore(Configuration kept) {
        configuration = kept;
    }

    void amend(TunnelSpec other) {
        spec = other;
    }

    /** The connection for the next request; null if none can take one. On the event loop only. */
    public @Nullable TunnelSession pick() {
        return pick(Set.of());
    }

    /** As {@link #pick()}, but none of {@code excluded}. On the event loop only. */
    public @Nullable TunnelSession pick(Set<TunnelSession> excluded) {
        return choices.pick(serving.stream()
                .filter(session -> session.isUsable() && !excluded.contains(session))
                .toList());
    }

    /** Completes with the connections as soon as at least {@code count} take traffic. */
    public CompletableFuture<List<TunnelSession>> whenServing(int count) {
        CompletableFuture<List<TunnelSession>> future = new CompletableFuture<>();
        if (serving.size() >= count) {
            future.complete(serving);
        } else {
            waiters.add(new Waiter(count, future));
        }
        return future;
    }

    void register(TunnelSession session) {
        registered = with(registered, session);
    }

    void serve(TunnelSession session) {
        serving = with(serving, session);
        everServed = true;
        List<TunnelSession> now = serving;
        List<Waiter> ready =
                waiters.stream().filter(waiter -> waiter.count <= now.size()).toList();
        waiters.removeAll(ready);
        ready.forEach(waiter -> waiter.future.complete(now));
        listener.changed(this);
    }

    /** {@code session} takes no more requests. */
    void retire(TunnelSession session) {
        serving = without(serving, session);
        listener.changed(this);
    }

    /** {@code session} is gone. */
    void remove(TunnelSession session) {
        registered = without(registered, session);
        retire(session);
    }

    void closeAll() {
        registered.forEach(TunnelSession::closeTcp);
    }

    private static List<TunnelSession> with(List<TunnelSession> all, TunnelSession one) {
        List<TunnelSession> more = new ArrayList<>(all);
        more.add(one);
        return List.copyOf(more);
    }

    private static List<TunnelSession> without(List<TunnelSession> all, TunnelSession one) {
        return all.stream().filter(other -> other != one).toList();
    }

    /** Someone who waits for {@code count} connections. */
    private record Waiter(int count, CompletableFuture<List<TunnelSession>> future) {}
}
