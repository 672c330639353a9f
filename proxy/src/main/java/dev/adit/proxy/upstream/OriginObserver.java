package dev.adit.proxy.upstream;

import dev.adit.proxy.http.Failure;

/** Hears of all connections to origins of one event loop, on that loop. It must not block nor throw. */
public interface OriginObserver {
    /** Does nothing. */
    OriginObserver NONE = new OriginObserver() {};

    /** A dial came to a connection that can be used, TLS handshake included, after {@code nanos}. */
    default void connected(long nanos) {}

    /** A dial came to nothing. */
    default void notConnected(Failure.Kind why) {}

    /** A socket is open; {@link #closed} follows. */
    default void opened() {}

    /** A socket is open no more. */
    default void closed() {}

    /** A connection waits for the next exchange. */
    default void idle() {}

    /** A connection waits no more: it is used again, or given up. */
    default void idleNoMore() {}

    /** An exchange got a connection that had waited. */
    default void reused() {}

    /** An exchange waits, since the origin has all the connections that it may; {@link #waitsNoMore} follows. */
    default void waits() {}

    /** An exchange's waiting is over: it got a connection, or its time is over, or it was found to have gone. */
    default void waitsNoMore() {}
}
