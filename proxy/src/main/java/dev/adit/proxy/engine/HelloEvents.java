package dev.adit.proxy.engine;

import dev.adit.proxy.http.Downstream;
import dev.adit.proxy.http.Exchange;
import dev.adit.proxy.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events that count from 0, one at once and the next after each period, until the eyeball goes. Confined to the
 * event loop of the downstream.
 */
final class HelloEvents implements Exchange {
    private final Downstream downstream;
    private final Future<?> timer;
    private long count;

    HelloEvents(Downstream downstream, Duration period) {
        this.downstream = downstream;
        HttpHeaders headers = new DefaultHttpHeaders()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream")
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        downstream.head(new ResponseHead(200, headers, true));
        timer = downstream.eventLoop().scheduleAtFixedRate(this::event, 0, period.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** An eyeball that does not read misses events rather than having them pile up. */
    private void event() {
        if (downstream.isWritable()) {
            downstream.body(Unpooled.copiedBuffer("data: " + count + "\n\n", StandardCharsets.US_ASCII));
        }
        count++;
    }

    @Override
    public void body(ByteBuf data) {
        int bytes = data.readableBytes();
        data.release();
        downstream.consumed(bytes);
    }

    @Override
    public void end(@Nullable HttpHeaders trailers) {}

    @Override
    public void downstreamWritable() {}

    @Override
    public void aborted() {
        timer.cancel(false);
    }
}
