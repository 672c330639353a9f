package dev.adit.connector.check;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Whether packets of the largest size arrive at an edge. Handshakes are small on the way there, so that a path which drops
 * what is large lets connections come about on which no large request ever ends.
 */
final class LargePackets {
    /** More than any packet has, but one frame, and less than a path's buffers. */
    static final int BYTES = 8192;

    /** A type that no one knows: who gets such a frame drops it (RFC 9113, 5.5), but only when all of it is there. */
    private static final byte UNKNOWN = (byte) 0xFA;

    private static final long SMALL = 1;
    private static final long LARGE = 2;

    private final Http2ConnectionHandler handler = new Http2ConnectionHandlerBuilder()
            .server(true)
            .gracefulShutdownTimeoutMillis(0)
            .frameListener(new Http2EventAdapter() {
                @Override
                public void onPingAckRead(ChannelHandlerContext ctx, long data) {
                    answered(ctx, data);
                }
            })
            .build();
    private final CompletableFuture<Boolean> result = new CompletableFuture<>();
    private boolean smallArrive;

    private LargePackets() {}

    /**
     * Sends a PING over {@code channel}, to whose event loop the caller belongs, and when that is answered a large frame and a
     * PING behind it. Completes with whether both were answered within {@code limit}; fails if not even the first was, or if
     * the edge hangs up: then nothing is known of large packets. The channel is closed when the result is there.
     */
    static CompletableFuture<Boolean> arrive(Channel channel, Duration limit) {
        LargePackets look = new LargePackets();
        Future<?> late = channel.eventLoop().schedule(look::late, limit.toMillis(), TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> look.fail("the edge closed the connection"));
        look.result.whenComplete((arrive, error) -> {
            late.cancel(false);
            channel.close();
        });
        channel.pipeline().addLast(look.handler);
        look.ping(channel.pipeline().context(look.handler), SMALL);
        return look.result;
    }

    private void answered(ChannelHandlerContext ctx, long data) {
        if (data == LARGE) {
            result.complete(true);
        } else if (data == SMALL && !smallArrive) {
            smallArrive = true;
            ByteBuf zeros = ctx.alloc().buffer(BYTES).writeZero(BYTES);
            handler.encoder().writeFrame(ctx, UNKNOWN, 0, new Http2Flags(), zeros, ctx.newPromise());
            ping(ctx, LARGE);
        }
    }

    private void ping(ChannelHandlerContext ctx, long data) {
        handler.encoder().writePing(ctx, false, data, ctx.newPromise());
        handler.flush(ctx);
    }

    private void late() {
        if (smallArrive) {
            result.complete(false);
        } else {
            fail("the edge does not answer");
        }
    }

    private void fail(String why) {
        result.completeExceptionally(new IOException(why));
    }
}
