package dev.adit.edgesim.h2;

import io.netty.handler.codec.http2.Http2Settings;

/** What happens on one connection beside its streams. Every method is called on the event loop of the connection. */
public interface ConnectionListener {
    /** The preface and our SETTINGS were written: streams may be opened. */
    default void ready() {}

    /** The peer's SETTINGS arrived. */
    default void settings(Http2Settings settings) {}

    /** The peer answered a ping. */
    default void pong(long payload) {}

    /** The peer announced its end. */
    default void goAway(int lastStream, long errorCode) {}

    /** A stream was closed. */
    default void streamClosed(int streamId) {}

    /** The connection is gone; its streams were reset before. */
    default void closed() {}
}
