package dev.adit.connector.supervise;

import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.tunnel.TunnelEnd;
import dev.adit.connector.wire.RegistrationOutcome.Registered;
import java.time.Duration;
import java.util.List;

/** Tells every event to several who listen, in their order. */
public final class Announcements implements TunnelEvents {
    private final List<TunnelEvents> listeners;

    public Announcements(List<TunnelEvents> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    @Override
    public void limited(int most) {
        listeners.forEach(listener -> listener.limited(most));
    }

    @Override
    public void dialing(int connIndex, EdgeAddress edge) {
        listeners.forEach(listener -> listener.dialing(connIndex, edge));
    }

    @Override
    public void registered(int connIndex, EdgeAddress edge, Registered registered) {
        listeners.forEach(listener -> listener.registered(connIndex, edge, registered));
    }

    @Override
    public void roundTrip(int connIndex, Duration time) {
        listeners.forEach(listener -> listener.roundTrip(connIndex, time));
    }

    @Override
    public void goingAway(int connIndex) {
        listeners.forEach(listener -> listener.goingAway(connIndex));
    }

    @Override
    public void ended(int connIndex, TunnelEnd end) {
        listeners.forEach(listener -> listener.ended(connIndex, end));
    }

    @Override
    public void draining() {
        listeners.forEach(TunnelEvents::draining);
    }
}
