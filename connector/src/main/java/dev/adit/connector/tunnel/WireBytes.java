package dev.adit.connector.tunnel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Counts the bytes on the TCP connections to edges, TLS included. Safe for use by many threads. */
public final class WireBytes {
    private final List<LongAdder> received;
    private final List<LongAdder> sent;

    /** For the connections 0 to {@code connections} - 1. */
    public WireBytes(int connections) {
        received = adders(connections);
        sent = adders(connections);
    }

    private static List<LongAdder> adders(int count) {
        return Stream.generate(LongAdder::new).limit(count).toList();
    }

    /** Bytes that came on all connections that had this number. */
    public long received(int connIndex) {
        return received.get(connIndex).sum();
    }

    /** Bytes that were given to the sockets of all connections that had this number. */
    public long sent(int connIndex) {
        return sent.get(connIndex).sum();
    }

    /** What counts for one more connection of this number, when it stands first in the pipeline. */
    ChannelHandler counter(int connIndex) {
        return new Counter(received.get(connIndex), sent.get(connIndex));
    }

    /** Lets all pass and looks at its length. */
    private static final class Counter extends ChannelDuplexHandler {
        private final LongAdder received;
        private final LongAdder sent;

        Counter(LongAdder received, LongAdder sent) {
            this.received = received;
            this.sent = sent;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof ByteBuf bytes) {
                received.add(bytes.readableBytes());
            }
            ctx.fireChannelRead(message);
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            if (message instanceof ByteBuf bytes) {
                sent.add(bytes.readableBytes());
            }
            ctx.write(message, promise);
        }
    }
}
