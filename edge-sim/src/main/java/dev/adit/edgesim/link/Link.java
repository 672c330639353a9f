package dev.adit.edgesim.link;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The path to one connector: the first handler of its pipeline, below TLS. While both directions are clear it hands every
 * call on and nothing else.
 *
 * <p>A hole is a path that carries nothing while both ends stay up. What is written meanwhile is held, and nothing is
 * read: the connector's bytes pile up in the sockets and then at the connector, as they would with packets lost. When the
 * path is back all of it arrives, late and in order, as TCP sends again what was lost. A limit on the size of chunks is a
 * path whose MTU is smaller than both ends think: one large write or read stops all that comes behind it, for TCP keeps
 * the order. At most {@link #HELD_BYTES} are held for each direction; beyond that reading stops, or the channel says
 * that it isn't writable. Confined to the event loop of its channel.
 */
public final class Link extends ChannelDuplexHandler {
    /** How many bytes of a direction are held before whoever brings more is told to stop: as a socket buffer would. */
    static final int HELD_BYTES = 1 << 20;

    // One of the 31 bits that Netty leaves to handlers.
    private static final int WRITABILITY = 7;

    private final RandomGenerator random;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Lane in;
    private @Nullable Lane out;
    private @Nullable ChannelPromise heldClose;
    private boolean paused;
    private boolean corruptNext;

    /** A clear link. Jitter is drawn from {@code random}. */
    public Link(RandomGenerator random) {
        this.random = random;
    }

    /** The channel that it carries. */
    public Channel channel() {
        return context().channel();
    }

    /** Where the connector dialled. */
    public InetSocketAddress localAddress() {
        return (InetSocketAddress) channel().localAddress();
    }

    /** Carries bytes in {@code direction} like that from now on. */
    public void set(Direction direction, Conditions conditions) {
        lane(direction).set(conditions);
        if (direction == Direction.OUT) {
            signalWritability();
            closeIfHeld();
        } else {
            regulateReads();
        }
    }

    /** Whether to read anything from the connector; the handlers above would ask for more after every read. */
    public void pauseReads(boolean wanted) {
        paused = wanted;
        regulateReads();
    }

    /** Whether bytes are under way, in whatever direction. */
    public boolean isHolding() {
        return !lane(Direction.IN).isEmpty() || !lane(Direction.OUT).isEmpty();
    }

    /** Flips one bit in the middle of what is written next: TLS at the far end must notice. */
    public void corruptNextWrite() {
        corruptNext = true;
    }

    /** Ends the connection below TLS: no close_notify, no GOAWAY. What is under way is lost. */
    public void cut(Ending ending) {
        ChannelHandlerContext ctx = context();
        if (ending == Ending.RST) {
            ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        }
        ctx.close();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        in = new Lane(ctx.executor(), random, new Inward());
        out = new Lane(ctx.executor(), random, new Outward());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        discard();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf data && !lane(Direction.IN).clear()) {
            lane(Direction.IN).offer(data, null);
            regulateReads();
        } else {
            ctx.fireChannelRead(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (lane(Direction.IN).isEmpty()) {
            ctx.fireChannelReadComplete();
        }
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (mayRead()) {
            ctx.read();
        }
    }

    private boolean mayRead() {
        return !paused && !lane(Direction.IN).dead() && lane(Direction.IN).heldBytes() < HELD_BYTES;
    }

    // Auto-read is this handler's alone: as long as it is on Netty reads on even if nobody asks.
    private void regulateReads() {
        Channel channel = channel();
        boolean wanted = mayRead();
        if (channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf data) {
            ByteBuf sent = corruptNext && data.isReadable() ? corrupted(data) : data;
            if (lane(Direction.OUT).clear()) {
                ctx.write(sent, promise);
            } else {
                lane(Direction.OUT).offer(sent, promise);
                signalWritability();
            }
        } else {
            ctx.write(message, promise);
        }
    }

    // A copy: the bytes may be shared with someone above.
    private ByteBuf corrupted(ByteBuf data) {
        corruptNext = false;
        ByteBuf copy = data.copy();
        data.release();
        int middle = copy.readerIndex() + copy.readableBytes() / 2;
        copy.setByte(middle, copy.getByte(middle) ^ 1);
        return copy;
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (lane(Direction.OUT).dead() && heldClose == null) {
            // A FIN does not get through a hole either.
            heldClose = promise;
        } else {
            lane(Direction.OUT).hurry();
            ctx.close(promise);
        }
    }

    private void closeIfHeld() {
        ChannelPromise promise = heldClose;
        if (promise != null && !lane(Direction.OUT).dead()) {
            heldClose = null;
            close(context(), promise);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        lane(Direction.IN).hurry();
        discard();
        ctx.fireChannelInactive();
    }

    private void discard() {
        ClosedChannelException gone = new ClosedChannelException();
        lane(Direction.IN).discard(gone);
        lane(Direction.OUT).discard(gone);
        ChannelPromise promise = heldClose;
        if (promise != null) {
            heldClose = null;
            context().channel().closeFuture().addListener(closed -> promise.trySuccess());
        }
    }

    private void signalWritability() {
        ChannelOutboundBuffer buffer = context().channel().unsafe().outboundBuffer();
        if (buffer != null) {
            boolean writable = lane(Direction.OUT).heldBytes() < HELD_BYTES;
            if (buffer.getUserDefinedWritability(WRITABILITY) != writable) {
                buffer.setUserDefinedWritability(WRITABILITY, writable);
            }
        }
    }

    private Lane lane(Direction direction) {
        return Objects.requireNonNull(direction == Direction.IN ? in : out, "not in a pipeline");
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context, "not in a pipeline");
    }

    /** To TLS. */
    private final class Inward implements Lane.Exit {
        @Override
        public void deliver(ByteBuf data, @Nullable ChannelPromise promise) {
            context().fireChannelRead(data);
        }

        @Override
        public void delivered() {
            context().fireChannelReadComplete();
            regulateReads();
        }
    }

    /** To the socket. */
    private final class Outward implements Lane.Exit {
        @Override
        public void deliver(ByteBuf data, @Nullable ChannelPromise promise) {
            if (promise == null) {
                context().write(data);
            } else {
                context().write(data, promise);
            }
        }

        @Override
        public void delivered() {
            context().flush();
            signalWritability();
        }
    }
}
