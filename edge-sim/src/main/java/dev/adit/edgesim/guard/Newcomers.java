package dev.adit.edgesim.guard;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one listener that have not shown yet what they want. When there are too many the eldest has to go,
 * so that those who come and ask at once are served however many sit and wait. Confined to the event loop of its
 * listener.
 */
public final class Newcomers {
    private static final Logger log = LoggerFactory.getLogger(Newcomers.class);

    private final int limit;
    private final Set<Channel> waiting = new LinkedHashSet<>();

    /** At most {@code limit} connections at once. */
    public Newcomers(int limit) {
        this.limit = limit;
    }

    /** Watches one connection from now on; stands at the head of its pipeline. */
    public ChannelInboundHandlerAdapter watch() {
        return new Watch();
    }

    /** {@code connection} has shown what it wants: it no longer counts. */
    public static void settled(Channel connection) {
        connection.pipeline().fireUserEventTriggered(Event.SETTLED);
    }

    private void add(Channel connection) {
        waiting.add(connection);
        if (waiting.size() > limit) {
            Iterator<Channel> eldest = waiting.iterator();
            Channel leaves = eldest.next();
            eldest.remove();
            log.debug("{} closed, more than {} connections have said nothing yet", leaves, limit);
            leaves.close();
        }
    }

    /** What is said about a connection. */
    private enum Event {
        SETTLED
    }

    /** Knows when a connection comes, settles and goes. */
    private final class Watch extends ChannelInboundHandlerAdapter {
        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            add(ctx.channel());
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == Event.SETTLED) {
                waiting.remove(ctx.channel());
            } else {
                ctx.fireUserEventTriggered(event);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            waiting.remove(ctx.channel());
            ctx.fireChannelInactive();
        }
    }
}
