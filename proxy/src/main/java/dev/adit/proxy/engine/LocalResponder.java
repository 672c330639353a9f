package dev.adit.proxy.engine;

import dev.adit.proxy.http.Downstream;
import dev.adit.proxy.http.Exchange;
import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.RequestHead;
import dev.adit.proxy.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Answers that need no origin. */
final class LocalResponder {
    /** An exchange that has been answered: it ignores and frees whatever comes. */
    private static final class Answered implements Exchange {
        private final Downstream downstream;

        Answered(Downstream downstream) {
            this.downstream = downstream;
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
        public void aborted() {}
    }

    private LocalResponder() {}

    /** Answers {@code status} without a body; 200 in place of an interim status, which can't end an exchange. */
    static Exchange status(Downstream downstream, int status) {
        downstream.head(new ResponseHead(status < 200 ? 200 : status, new DefaultHttpHeaders(), false));
        downstream.finished();
        return new Answered(downstream);
    }

    /** Answers {@code head} with 200 and {@code text}, or without it if only the head was asked for. */
    static Exchange text(RequestHead head, Downstream downstream, String text, String contentType) {
        boolean headOnly = head.method().equals("HEAD");
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        HttpHeaders headers = new DefaultHttpHeaders()
                .set(HttpHeaderNames.CONTENT_TYPE, contentType)
                .set(HttpHeaderNames.CONTENT_LENGTH, bytes.length)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        downstream.head(new ResponseHead(200, headers, !headOnly));
        if (!headOnly) {
            downstream.body(Unpooled.wrappedBuffer(bytes));
            downstream.end(null);
        }
        downstream.finished();
        return new Answered(downstream);
    }

    /** Answers with the status of {@code failure}. */
    static Exchange fail(Downstream downstream, Failure failure) {
        downstream.abort(failure);
        return new Answered(downstream);
    }
}
