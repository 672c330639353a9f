package dev.adit.proxy.upstream;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.util.ReferenceCountUtil;

/** Netty's response decoder, told which request each response answers. */
final class UpstreamDecoder extends HttpResponseDecoder {
    private final Http1Connection connection;

    /** A decoder of answers with at most {@code maxHeaderBytes} of fields. */
    UpstreamDecoder(Http1Connection connection, int maxHeaderBytes) {
        // 64 KiB for the status line; body chunks as large as one socket read.
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(65_536)
                .setMaxHeaderSize(maxHeaderBytes)
                .setMaxChunkSize(65_536)
                .setInitialBufferSize(256));
        this.connection = connection;
    }

    /** Whether bytes came behind the message that was decoded last. */
    boolean hasMore() {
        return actualReadableBytes() > 0;
    }

    /** An origin that speaks before it is asked, be it half a line, is out of step: what it says is no answer. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object data) throws Exception {
        if (connection.isBusy()) {
            super.channelRead(ctx, data);
        } else {
            ReferenceCountUtil.release(data);
            ctx.close();
        }
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        return connection.isHead() || super.isContentAlwaysEmpty(message);
    }
}
