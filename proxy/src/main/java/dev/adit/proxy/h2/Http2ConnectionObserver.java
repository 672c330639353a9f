package dev.adit.proxy.h2;

/** Hears what happens to a connection as a whole, on its event loop. */
public interface Http2ConnectionObserver {
    /** The peer will open no more streams on this connection; those that run go on. */
    void peerGoesAway(long errorCode);
}
