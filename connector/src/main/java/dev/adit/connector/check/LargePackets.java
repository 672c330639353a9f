package dev.adit.connector.check;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameWriter;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * Whether packets of the largest size arrive at an edge. Handshakes are small on the way there, so that a path which drops
 * what is large lets connections come about on which no large request ever ends.
 */
final class LargePackets {
    /** More than any packet has, but one frame, and less than a path's buffers. */
    static final int BYTES = 8192;

    /** A type that no one knows: who gets such a frame drops it (RFC 9113, 5.5), but only when all of it is there. */
    private static final byte UNKNOWN = (byte) 0xFA;

    private LargePackets() {}

    /**
     * Sends a large frame and a PING behind it over {@code channel}, to whose event loop the caller belongs, and completes when
     * the edge has answered that, or fails if it hangs up. The channel is closed when the result is there, by whomever.
     */
    static CompletableFuture<Void> arrive(Channel channel) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        result.whenComplete((done, error) -> channel.close());
        channel.closeFuture()
                .addListener(closed -> result.completeExceptionally(new IOException("the edge closed the connection")));
        Http2ConnectionHandler handler = new Http2ConnectionHandlerBuilder()
                .server(true)
                .gracefulShutdownTimeoutMillis(0)
                .frameListener(new Http2EventAdapter() {
                    @Override
                    public void onPingAckRead(ChannelHandlerContext ctx, long data) {
                        result.complete(null);
                    }
                })
                .build();
        channel.pipeline().addLast(handler);
        ChannelHandlerContext ctx = channel.pipeline().context(handler);
        Http2FrameWriter writer = handler.encoder();
        writer.writeFrame(
                ctx, UNKNOWN, 0, new Http2Flags(), ctx.alloc().buffer(BYTES).writeZero(BYTES), ctx.newPromise());
        writer.writePing(ctx, false, BYTES, ctx.newPromise());
        handler.flush(ctx);
        return result;
    }
}
