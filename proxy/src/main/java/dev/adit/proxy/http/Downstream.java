package dev.adit.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The side of one exchange that faces the eyeball. Confined to {@link #eventLoop()}: every method is called there. After
 * {@link #end}, {@link #abort} or {@link Exchange#aborted()} every call is a no-op that releases what it was given.
 */
public interface Downstream {
    /** The loop that owns this exchange; whatever serves it runs there too. */
    EventLoop eventLoop();

    /** The number of the connection that the exchange came on, where connections have numbers; else -1. */
    default int connection() {
        return -1;
    }

    /** Tells the eyeball to send its body (100 Continue). Only before {@link #head}. */
    void continueBody();

    /** Sends the final response head, once. With {@code bodyFollows} false this also ends the response. */
    void head(ResponseHead head);

    /** Sends body bytes on. Takes over {@code data}. Nothing is held past the current turn of the event loop. */
    void body(ByteBuf data);

    /** Ends the response, with trailers if there were any. */
    void end(@Nullable HttpHeaders trailers);

    /**
     * Nothing more is wanted of the request. An eyeball that still sends its body is told to stop, after it got all of
     * the response.
     */
    void finished();

    /**
     * Ends the exchange with a failure: an answer with the failure's status if no head was sent yet, else a reset that
     * the eyeball can tell from a clean end.
     */
    void abort(Failure failure);

    /** Ends the exchange with a failure that {@code answer}, without a body, says better. Only before {@link #head}. */
    default void abort(Failure failure, ResponseHead answer) {
        head(answer);
        finished();
    }

    /** Whether the next {@link #body} would be passed on rather than queued. Exact at any time, also before a flush. */
    boolean isWritable();

    /** Gives credit for {@code bytes} of request body that have been passed on. */
    void consumed(int bytes);

    /** Makes {@code next} the receiver of everything the eyeball still sends. */
    void handOver(Exchange next);
}
