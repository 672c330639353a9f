package dev.adit.edgesim.eyeball;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of an HTTP/2 connection's pipeline: closes the connection when it has had no stream for a while. Confined to the event loop of its channel. */
final class IdleConnection extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(IdleConnection.class);

    private final Http2Connection streams;
    private final Duration limit;
    private @Nullable Silence silence;

    IdleConnection(Http2Connection streams, Duration limit) {
        this.streams = streams;
        this.limit = limit;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        await(ctx);
        streams.addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                Silence running = silence;
                if (running != null) {
                    running.broken();
                }
            }
        });
    }

    private void await(ChannelHandlerContext ctx) {
        silence = new Silence(ctx.executor(), limit, () -> {
            if (streams.numActiveStreams() > 0) {
                await(ctx);
            } else {
                // Its handler says GOAWAY first.
                ctx.close();
            }
        });
    }

    // Its handler has said GOAWAY or will close; a stranger must not fill the log.
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("{} {}", ctx.channel(), cause.toString());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Silence running = silence;
        if (running != null) {
            running.stop();
        }
        ctx.fireChannelInactive();
    }
}
