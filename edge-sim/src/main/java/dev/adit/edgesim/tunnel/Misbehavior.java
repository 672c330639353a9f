package dev.adit.edgesim.tunnel;

import dev.adit.edgesim.h2.SimStream;
import dev.adit.edgesim.link.Link;
import org.jspecify.annotations.Nullable;

/** Where things go wrong on purpose: told of what happens on the tunnel side. Every method is called on the event loop. */
public interface Misbehavior {
    /** A connection was accepted; nothing was read from it. Its {@code link} is there, and nothing above it. */
    default void accepted(Link link) {}

    /** What goes wrong with a registration for {@code tunnel}, which may be unknown; null if nothing does. */
    default @Nullable RegistrationFault registering(Link link, @Nullable Tunnel tunnel, int connIndex) {
        return null;
    }

    /** {@code session} was registered; its tunnel and index are known from now on. */
    default void registered(TunnelSession session) {}

    /** A stream for an origin was opened; its head is on its way. */
    default void opened(TunnelSession session, SimStream stream) {}
}
