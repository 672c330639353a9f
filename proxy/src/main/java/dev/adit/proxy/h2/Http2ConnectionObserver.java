package dev.adit.proxy.h2;

import java.time.Duration;

/** Hears what happens to a connection as a whole, on its event loop. */
public interface Http2ConnectionObserver {
    /** The peer will open no more streams on this connection; those that run go on. */
    void peerGoesAway(long errorCode);

    /** The peer answered a PING after {@code time}. */
    default void roundTrip(Duration time) {}

    /** The peer has given no sign of life for {@code silence}, although it was asked for one; the connection is being closed. */
    default void peerSilent(Duration silence) {}
}
