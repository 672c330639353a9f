package dev.adit.edgesim.tunnel;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;

/**
 * Stops all reading from a connector on demand. Auto-read alone would not: the HTTP/2 handler asks for more after every
 * read. Confined to the event loop of its channel.
 */
final class ReadStop extends ChannelOutboundHandlerAdapter {
    private boolean stopped;

    void set(ChannelHandlerContext ctx, boolean wanted) {
        stopped = wanted;
        ctx.channel().config().setAutoRead(!wanted);
        if (!wanted) {
            ctx.read();
        }
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (!stopped) {
            ctx.read();
        }
    }
}
