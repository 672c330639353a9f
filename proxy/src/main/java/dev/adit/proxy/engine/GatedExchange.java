package dev.adit.proxy.engine;

import dev.adit.proxy.http.Downstream;
import dev.adit.proxy.http.Exchange;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayDeque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A request that waits to be let in. Its body waits without credit, so at most one stream window of it. Confined to the
 * event loop of the downstream.
 */
final class GatedExchange implements Exchange {
    private final Downstream downstream;
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(2);
    private @Nullable HttpHeaders trailers;
    private boolean ended;
    private boolean gone;

    GatedExchange(Downstream downstream) {
        this.downstream = downstream;
    }

    /** Goes on with what {@code next} starts, unless the eyeball is gone. */
    void goOn(Supplier<Exchange> next) {
        if (gone) {
            return;
        }
        gone = true;
        Exchange exchange = next.get();
        downstream.handOver(exchange);
        for (ByteBuf data = waiting.poll(); data != null; data = waiting.poll()) {
            exchange.body(data);
        }
        if (ended) {
            exchange.end(trailers);
        }
    }

    @Override
    public void body(ByteBuf data) {
        waiting.add(data.touch("waits to be let in"));
    }

    @Override
    public void end(@Nullable HttpHeaders last) {
        ended = true;
        trailers = last;
    }

    @Override
    public void downstreamWritable() {}

    @Override
    public void aborted() {
        gone = true;
        for (ByteBuf data = waiting.poll(); data != null; data = waiting.poll()) {
            data.release();
        }
    }
}
