package dev.adit.edgesim.admin;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;

/** An endless answer on one connection: its bytes are not kept beyond what the channel's water mark allows. */
final class ChannelStream implements AnswerStream {
    private final Channel channel;

    ChannelStream(Channel channel) {
        this.channel = channel;
    }

    @Override
    public boolean send(String text) {
        assert channel.eventLoop().inEventLoop();
        if (!channel.isActive()) {
            return false;
        }
        if (!channel.isWritable()) {
            channel.close();
            return false;
        }
        channel.writeAndFlush(new DefaultHttpContent(ByteBufUtil.writeUtf8(channel.alloc(), text)));
        return true;
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void onGone(Runnable action) {
        channel.closeFuture().addListener(closed -> action.run());
    }

    @Override
    public void close() {
        channel.close();
    }
}
