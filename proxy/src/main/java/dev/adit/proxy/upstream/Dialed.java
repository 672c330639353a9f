package dev.adit.proxy.upstream;

import dev.adit.proxy.http.Failure;

/** Hears how a dial ends, on the loop that dialed. */
interface Dialed {
    /** A connection for one exchange at a time is up. */
    void http1(Http1Connection connection);

    /** A connection for many exchanges is up. */
    void http2(Http2Session session);

    /** There is none. */
    void failed(Failure failure);
}
