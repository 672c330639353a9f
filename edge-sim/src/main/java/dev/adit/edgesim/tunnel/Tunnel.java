package dev.adit.edgesim.tunnel;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One tunnel and its connections that take traffic. Confined to the event loop, except {@link #spec} and
 * {@link #sessions}.
 */
public final class Tunnel {
    private final TunnelSpec spec;
    private final List<Waiter> waiters = new ArrayList<>();
    private final List<TunnelSession> registered = new ArrayList<>();
    private volatile List<TunnelSession> serving = List.of();
    private int turn;

    Tunnel(TunnelSpec spec) {
        this.spec = spec;
    }

    /** What was asked for. */
    public TunnelSpec spec() {
        return spec;
    }

    /** Its short name. */
    public String name() {
        return spec.name();
    }

    /** The connections that take traffic now, in the order of their registration. */
    public List<TunnelSession> sessions() {
        return serving;
    }

    /** The connection for the next request, each in its turn; null if none can take one. */
    public @Nullable TunnelSession pick() {
        List<TunnelSession> all = serving;
        for (int i = 0; i < all.size(); i++) {
            turn = (turn + 1) % all.size();
            TunnelSession session = all.get(turn);
            if (session.isUsable()) {
                return session;
            }
        }
        return null;
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

    /** Whether connection {@code connIndex} of connector {@code clientId} is registered already. */
    boolean hasRegistered(UUID clientId, int connIndex) {
        return registered.stream()
                .anyMatch(session -> session.connIndex() == connIndex
                        && session.registration().options().client().id().equals(clientId));
    }

    void register(TunnelSession session) {
        registered.add(session);
    }

    void serve(TunnelSession session) {
        List<TunnelSession> more = new ArrayList<>(serving);
        more.add(session);
        serving = List.copyOf(more);
        List<Waiter> ready =
                waiters.stream().filter(waiter -> waiter.count <= more.size()).toList();
        waiters.removeAll(ready);
        ready.forEach(waiter -> waiter.future.complete(serving));
    }

    /** {@code session} takes no more requests. */
    void retire(TunnelSession session) {
        serving = serving.stream().filter(other -> other != session).toList();
    }

    /** {@code session} is gone. */
    void remove(TunnelSession session) {
        retire(session);
        registered.remove(session);
    }

    /** Someone who waits for {@code count} connections. */
    private record Waiter(int count, CompletableFuture<List<TunnelSession>> future) {}
}
