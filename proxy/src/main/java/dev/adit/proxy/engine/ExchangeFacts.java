package dev.adit.proxy.engine;

import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.RequestHead;
import dev.adit.proxy.route.Route;
import org.jspecify.annotations.Nullable;

/** What is known of one exchange. Confined to its event loop, and only good while an observer is called. */
public interface ExchangeFacts {
    /** The request as it came; whoever serves it may have changed the fields by now. */
    RequestHead request();

    /** The number of the connection that it came on, or -1. */
    int connection();

    /** The rule that serves it; null if it belongs to none. */
    @Nullable
    Route route();

    /** The status that the eyeball gets; 0 before there is one. */
    int status();

    /** Why it was not served to its end; null if it was, or is not over. */
    @Nullable
    Failure failure();

    /** Bytes of body, or of the stream, that came from the eyeball. */
    long receivedBytes();

    /** Bytes of body, or of the stream, that were sent to the eyeball. */
    long sentBytes();

    /** {@link System#nanoTime()} of the beginning. */
    long beganNanos();

    /** {@link System#nanoTime()} of the head that was sent; 0 before. */
    long headNanos();
}
