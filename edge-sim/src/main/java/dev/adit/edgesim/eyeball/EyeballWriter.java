package dev.adit.edgesim.eyeball;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes one answer to an eyeball, over HTTP/1.1 or one HTTP/2 stream, and says when its bytes were passed on. Confined
 * to the event loop of its channel.
 */
final class EyeballWriter {
    private final ChannelHandlerContext ctx;
    private final boolean http2;
    private final IntConsumer passedOn;
    private int owed;
    private long bytes;
    private boolean flushQueued;
    private boolean raw;
    private boolean closeDelimited;

    /**
     * A writer for the channel of {@code ctx}.
     *
     * @param passedOn told how many body bytes have left, so that as many more may come
     */
    EyeballWriter(ChannelHandlerContext ctx, boolean http2, IntConsumer passedOn) {
        this.ctx = ctx;
        this.http2 = http2;
        this.passedOn = passedOn;
    }

    /** Body bytes written so far. */
    long bytes() {
        return bytes;
    }

    /** From now on {@link #body} writes bytes as they are. */
    void goRaw() {
        raw = true;
    }

    /** The body that follows ends with the connection: only a reset can tell that it was cut. */
    void endsWithConnection() {
        closeDelimited = true;
    }

    void head(HttpObject head) {
        ctx.write(head);
        flushSoon();
    }

    /** Takes over {@code page}. */
    void page(FullHttpResponse page) {
        bytes = page.content().readableBytes();
        ctx.write(page);
        flushSoon();
    }

    /** Takes over {@code data}. */
    void body(ByteBuf data) {
        int size = data.readableBytes();
        bytes += size;
        owed += size;
        ctx.write(raw ? data : new DefaultHttpContent(data));
        settle();
        flushSoon();
    }

    void end(@Nullable HttpHeaders trailers) {
        if (raw) {
            closeWhenFlushed();
            return;
        }
        ctx.write(
                trailers == null
                        ? LastHttpContent.EMPTY_LAST_CONTENT
                        : new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER, trailers));
        flushSoon();
    }

    /** Ends the answer so that the eyeball can tell it from a complete one. */
    void abort() {
        if (http2) {
            ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
            return;
        }
        ctx.flush();
        if (closeDelimited) {
            ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        }
        ctx.close();
    }

    /** The answer is complete but the eyeball is still sending: tells an HTTP/2 eyeball to stop (RFC 9113 §8.1). */
    void stopRequest() {
        if (http2) {
            ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
        }
    }

    void closeWhenFlushed() {
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> ctx.close());
    }

    /** Gives credit for what was held back, if the channel takes bytes again. */
    void settle() {
        if (owed > 0 && ctx.channel().isWritable()) {
            int credit = owed;
            owed = 0;
            passedOn.accept(credit);
        }
    }

    // Many frames arrive in one turn of the loop; one flush serves them all.
    private void flushSoon() {
        if (!flushQueued) {
            flushQueued = true;
            ctx.executor().execute(() -> {
                flushQueued = false;
                ctx.flush();
            });
        }
    }
}
