package dev.adit.connector.status;

import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.status.ConnectionStatus.Phase;
import dev.adit.connector.supervise.TunnelEvents;
import dev.adit.connector.tunnel.TunnelEnd;
import dev.adit.connector.wire.RegistrationOutcome.Registered;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * Keeps where each connection stands. Written on the supervisor's loop; {@link #status()} may be read on any thread.
 *
 * <pre>
 *   WAITING ── dialing ──► DIALING ── registered ──► REGISTERED ── draining ──► DRAINING
 *      ▲                      │ ended                     │ goingAway
 *      ├──────────────────────┴── ended ◄─────────────────┤
 *      │                                                  ▼
 *      └── (the old one's end is nothing new) ◄──── GOING_AWAY ── dialing: the next one takes its place
 * </pre>
 */
public final class ConnectionBoard implements TunnelEvents {
    private final Clock clock;
    private final AtomicReference<TunnelStatus> status;
    /** Of each number, connections that the edge serves out while another one has their place. */
    private final int[] leaving;

    /** For {@code connections} connections, of which none was dialed so far. */
    public ConnectionBoard(int connections, Clock clock) {
        this.clock = clock;
        status = new AtomicReference<>(TunnelStatus.waiting(connections));
        leaving = new int[connections];
    }

    /** Where the tunnel stands now. */
    public TunnelStatus status() {
        return Objects.requireNonNull(status.get());
    }

    @Override
    public void limited(int most) {
        status.set(status().limitTo(most));
    }

    @Override
    public void dialing(int connIndex, EdgeAddress edge) {
        change(connIndex, connection -> connection.dialing(edge));
    }

    @Override
    public void registered(int connIndex, EdgeAddress edge, Registered registered) {
        ConnectionStatus.Registration words =
                new ConnectionStatus.Registration(registered.connectionId(), registered.location(), clock.instant());
        change(connIndex, connection -> connection.registered(edge, words));
    }

    @Override
    public void roundTrip(int connIndex, Duration time) {
        change(connIndex, connection -> connection.measured(time));
    }

    @Override
    public void goingAway(int connIndex) {
        leaving[connIndex]++;
        change(connIndex, connection -> connection.in(Phase.GOING_AWAY));
    }

    @Override
    public void ended(int connIndex, TunnelEnd end) {
        boolean left = end instanceof TunnelEnd.Drained && leaving[connIndex] > 0;
        if (left) {
            leaving[connIndex]--;
        }
        change(connIndex, connection -> {
            if (left && connection.phase() != Phase.GOING_AWAY) {
                return connection;
            }
            return end instanceof TunnelEnd.Drained ? connection.in(Phase.WAITING) : connection.ended(end.reason());
        });
    }

    @Override
    public void draining() {
        status.set(status().startDrain());
    }

    private void change(int connIndex, UnaryOperator<ConnectionStatus> change) {
        status.set(status().with(connIndex, change));
    }
}
