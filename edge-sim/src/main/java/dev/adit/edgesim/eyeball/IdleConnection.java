package dev.adit.edgesim.eyeball;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Stream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Closes an HTTP/2 connection that has had no stream for a while. Confined to the event loop of its channel. */
final class IdleConnection extends ChannelInboundHandlerAdapter {
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

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Silence running = silence;
        if (running != null) {
            running.stop();
        }
        ctx.fireChannelInactive();
    }
}
