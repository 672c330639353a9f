package dev.adit.proxy.upstream;

/** The connections to one origin, for the exchanges of one event loop. */
sealed interface OriginPool permits UpstreamPool, Http2Pool {
    /** Gives {@code listener} what is there at once, or something new once it is up. */
    void acquire(UpstreamListener listener);

    /** Gives {@code listener} a connection that has not just failed. */
    void dial(UpstreamListener listener);
}
