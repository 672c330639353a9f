package dev.adit.proxy.testing;

import dev.adit.proxy.http.Downstream;
import dev.adit.proxy.http.Exchange;
import dev.adit.proxy.http.ExchangeHandler;
import dev.adit.proxy.http.ExchangeKind;
import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.RequestHead;
import dev.adit.proxy.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Lets a request say in {@code x-test-kind} which kind of exchange it wants, as an edge would in its own fields. */
final class TestKinds implements ExchangeHandler {
    /** The kind whose exchange has a fault: it throws when a body comes. */
    static final String BREAKS = "BREAKS";

    private final ExchangeHandler engine;
    private final AtomicLong passedOn;

    /** Adds to {@code passedOn} how many response bytes {@code engine} gives to its downstreams. */
    TestKinds(ExchangeHandler engine, AtomicLong passedOn) {
        this.engine = engine;
        this.passedOn = passedOn;
    }

    @Override
    public Exchange open(RequestHead head, Downstream downstream) {
        String kind = head.headers().get("x-test-kind");
        head.headers().remove("x-test-kind");
        if (BREAKS.equals(kind)) {
            return new Breaking();
        }
        return engine.open(
                head.as(kind == null ? ExchangeKind.HTTP : ExchangeKind.valueOf(kind)),
                new Counted(downstream, passedOn));
    }

    /** What no exchange should be like. */
    private static final class Breaking implements Exchange {
        @Override
        public void body(ByteBuf data) {
            data.release();
            throw new IllegalStateException("a fault of ours");
        }

        @Override
        public void end(@Nullable HttpHeaders trailers) {}

        @Override
        public void downstreamWritable() {}

        @Override
        public void aborted() {}
    }

    /** HTTP/2 has no 101, so it is 200 here. */
    private record Counted(Downstream stream, AtomicLong passedOn) implements Downstream {
        @Override
        public void head(ResponseHead head) {
            int status = head.status() == 101 ? 200 : head.status();
            stream.head(new ResponseHead(status, head.headers(), head.bodyFollows()));
        }

        @Override
        public EventLoop eventLoop() {
            return stream.eventLoop();
        }

        @Override
        public void continueBody() {
            stream.continueBody();
        }

        @Override
        public void body(ByteBuf data) {
            passedOn.addAndGet(data.readableBytes());
            stream.body(data);
        }

        @Override
        public void end(@Nullable HttpHeaders trailers) {
            stream.end(trailers);
        }

        @Override
        public void finished() {
            stream.finished();
        }

        @Override
        public void abort(Failure failure) {
            stream.abort(failure);
        }

        @Override
        public boolean isWritable() {
            return stream.isWritable();
        }

        @Override
        public void consumed(int bytes) {
            stream.consumed(bytes);
        }

        @Override
        public void handOver(Exchange next) {
            stream.handOver(next);
        }
    }
}
