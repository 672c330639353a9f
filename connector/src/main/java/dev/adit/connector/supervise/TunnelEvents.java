package dev.adit.connector.supervise;

import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.tunnel.TunnelEnd;
import dev.adit.connector.wire.RegistrationOutcome.Registered;
import java.time.Duration;

/**
 * Hears what becomes of a tunnel's connections, on the supervisor's loop and in the order in which it happens. What it does
 * must be short.
 */
public interface TunnelEvents {
    /** No more than {@code most} connections will be kept, as the edge has no more addresses; before any is dialed. */
    default void limited(int most) {}

    /** The connection {@code connIndex} is dialed at {@code edge}. */
    default void dialing(int connIndex, EdgeAddress edge) {}

    /** The connection serves requests from now on. */
    default void registered(int connIndex, EdgeAddress edge, Registered registered) {}

    /** A PING went to the edge and its answer came back within {@code time}. */
    default void roundTrip(int connIndex, Duration time) {}

    /** The edge opens no more streams on the connection; another one will be dialed in its place. */
    default void goingAway(int connIndex) {}

    /** The connection is no more, or never was. */
    default void ended(int connIndex, TunnelEnd end) {}

    /** All connections are asked to end. */
    default void draining() {}
}
