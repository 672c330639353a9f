package dev.adit.proxy.engine;

import dev.adit.proxy.http.Downstream;
import dev.adit.proxy.http.Exchange;
import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.RequestHead;
import dev.adit.proxy.http.ResponseHead;
import dev.adit.proxy.route.Route;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the downstream and whoever serves an exchange, and tells an observer what passes. It stays there to the
 * end, whoever the exchange is handed over to. Confined to the event loop of the downstream.
 */
final class ObservedExchange implements Exchange, ExchangeFacts {
    private static final Failure CANCELED = new Failure(Failure.Kind.CANCELED, "the eyeball or the edge went away");

    private final RequestHead request;
    private final Downstream downstream;
    private final ExchangeObserver observer;
    private final Answer answer = new Answer();
    private final long beganNanos = System.nanoTime();
    private @Nullable Route route;
    private @Nullable Exchange server;
    private @Nullable Failure failure;
    private int status;
    private long headNanos;
    private long receivedBytes;
    private long sentBytes;
    private boolean requestEnded;
    private boolean responseEnded;
    private boolean over;

    ObservedExchange(RequestHead request, Downstream downstream, ExchangeObserver observer) {
        this.request = request;
        this.downstream = downstream;
        this.observer = observer;
        requestEnded = !request.bodyFollows();
    }

    /** Says which rule the request has got, or null for none; before it is served. */
    void begin(@Nullable Route found) {
        route = found;
        observer.begun(this);
    }

    /** What whoever serves is to answer to. */
    Downstream answer() {
        return answer;
    }

    /** What the downstream is to be told to: {@code exchange} serves, unless it has handed over already. */
    Exchange serving(Exchange exchange) {
        if (server == null) {
            server = exchange;
        }
        return this;
    }

    @Override
    public void body(ByteBuf data) {
        int bytes = data.readableBytes();
        receivedBytes += bytes;
        observer.received(this, bytes);
        Exchange to = server;
        if (to == null) {
            data.release();
            downstream.consumed(bytes);
        } else {
            to.body(data);
        }
    }

    @Override
    public void end(@Nullable HttpHeaders trailers) {
        requestEnded = true;
        Exchange to = server;
        if (to != null) {
            to.end(trailers);
        }
        overIfBothEnded();
    }

    @Override
    public void downstreamWritable() {
        Exchange to = server;
        if (to != null) {
            to.downstreamWritable();
        }
    }

    @Override
    public void aborted() {
        Exchange to = server;
        if (to != null) {
            to.aborted();
        }
        over(CANCELED);
    }

    private void overIfBothEnded() {
        if (requestEnded && responseEnded) {
            over(null);
        }
    }

    private void over(@Nullable Failure why) {
        if (!over) {
            over = true;
            failure = failure == null ? why : failure;
            observer.ended(this);
        }
    }

    private void headSent(int code) {
        if (status == 0) {
            status = code;
            headNanos = System.nanoTime();
        }
    }

    @Override
    public RequestHead request() {
        return request;
    }

    @Override
    public int connection() {
        return downstream.connection();
    }

    @Override
    public @Nullable Route route() {
        return route;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public @Nullable Failure failure() {
        return failure;
    }

    @Override
    public long receivedBytes() {
        return receivedBytes;
    }

    @Override
    public long sentBytes() {
        return sentBytes;
    }

    @Override
    public long beganNanos() {
        return beganNanos;
    }

    @Override
    public long headNanos() {
        return headNanos;
    }

    /** What is said to the eyeball. */
    private final class Answer implements Downstream {
        @Override
        public EventLoop eventLoop() {
            return downstream.eventLoop();
        }

        @Override
        public int connection() {
            return downstream.connection();
        }

        @Override
        public void continueBody() {
            downstream.continueBody();
        }

        @Override
        public void head(ResponseHead head) {
            headSent(head.status());
            downstream.head(head);
            if (!head.bodyFollows()) {
                responseEnded = true;
                overIfBothEnded();
            }
        }

        @Override
        public void body(ByteBuf data) {
            int bytes = data.readableBytes();
            sentBytes += bytes;
            observer.sent(ObservedExchange.this, bytes);
            downstream.body(data);
        }

        @Override
        public void end(@Nullable HttpHeaders trailers) {
            responseEnded = true;
            downstream.end(trailers);
            overIfBothEnded();
        }

        @Override
        public void finished() {
            downstream.finished();
            over(null);
        }

        @Override
        public void abort(Failure why) {
            headSent(why.kind().status());
            downstream.abort(why);
            over(why);
        }

        @Override
        public void abort(Failure why, ResponseHead head) {
            failure = why;
            headSent(head.status());
            downstream.abort(why, head);
            over(why);
        }

        @Override
        public boolean isWritable() {
            return downstream.isWritable();
        }

        @Override
        public void consumed(int bytes) {
            downstream.consumed(bytes);
        }

        @Override
        public void handOver(Exchange next) {
            server = next;
        }
    }
}
