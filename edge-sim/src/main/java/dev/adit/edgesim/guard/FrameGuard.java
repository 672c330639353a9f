package dev.adit.edgesim.guard;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Watches the frames of one HTTP/2 connection as they arrive, in front of its handler: frames that make work and carry
 * nothing are counted, and what was begun has to be completed in time. What Netty bounds by itself (field sections,
 * resets of open streams, frame sizes, windows) is not looked at here. Confined to the event loop of its channel.
 */
public final class FrameGuard extends ChannelInboundHandlerAdapter {
    // Honest peers stay far below: a PING per round trip while a window is measured is the most that some send.
    private static final int MAX_IDLE_FRAMES = 5_000;
    private static final Duration WINDOW = Duration.ofSeconds(10);
    // How many more resets than streams: room for nothing but mistakes.
    private static final int MAX_STRAY_RESETS = 1_000;
    private static final int TYPE_AT = 3;
    private static final int FLAGS_AT = 4;

    private final Http2ConnectionHandler connection;
    private final Duration limit;
    private final byte[] header = new byte[Http2CodecUtil.FRAME_HEADER_LENGTH];
    private int headerSize;
    private int payloadLeft;
    private int prefaceLeft;
    private boolean inFieldBlock;
    private boolean settingsSeen;
    private long resets;
    private int idleFrames;
    private long windowStartNanos = System.nanoTime();
    private boolean tripped;
    private @Nullable Future<?> deadline;

    /**
     * A guard in front of {@code connection}.
     *
     * @param limit time for the preface with SETTINGS, for each frame header, and for each whole field section
     */
    public FrameGuard(Http2ConnectionHandler connection, Duration limit) {
        this.connection = connection;
        this.limit = limit;
        prefaceLeft = connection.connection().isServer()
                ? Http2CodecUtil.connectionPrefaceBuf().readableBytes()
                : 0;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        updateDeadline(ctx);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            ctx.fireChannelRead(message);
            return;
        }
        if (!tripped) {
            String complaint = scan(bytes);
            if (complaint != null) {
                trip(ctx, Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, complaint));
            }
        }
        if (tripped) {
            bytes.release();
            return;
        }
        updateDeadline(ctx);
        ctx.fireChannelRead(bytes);
    }

    private @Nullable String scan(ByteBuf bytes) {
        int at = bytes.readerIndex();
        int end = bytes.writerIndex();
        while (at < end) {
            if (prefaceLeft > 0) {
                int skipped = Math.min(prefaceLeft, end - at);
                prefaceLeft -= skipped;
                at += skipped;
            } else if (payloadLeft > 0) {
                int skipped = Math.min(payloadLeft, end - at);
                payloadLeft -= skipped;
                at += skipped;
            } else {
                header[headerSize++] = bytes.getByte(at++);
                if (headerSize == header.length) {
                    headerSize = 0;
                    String complaint = onFrame();
                    if (complaint != null) {
                        return complaint;
                    }
                }
            }
        }
        return null;
    }

    private @Nullable String onFrame() {
        payloadLeft = ((header[0] & 0xff) << 16) | ((header[1] & 0xff) << 8) | (header[2] & 0xff);
        Http2Flags flags = new Http2Flags((short) (header[FLAGS_AT] & 0xff));
        return switch (header[TYPE_AT]) {
            case Http2FrameTypes.DATA -> payloadLeft == 0 && !flags.endOfStream() ? idle() : null;
            case Http2FrameTypes.HEADERS, Http2FrameTypes.CONTINUATION, Http2FrameTypes.PUSH_PROMISE -> {
                inFieldBlock = !flags.endOfHeaders();
                yield null;
            }
            case Http2FrameTypes.RST_STREAM -> reset();
            // One for each DATA frame that we send, and they cost nothing but their bytes.
            case Http2FrameTypes.WINDOW_UPDATE -> null;
            case Http2FrameTypes.SETTINGS -> {
                settingsSeen = true;
                yield idle();
            }
            default -> idle();
        };
    }

    private @Nullable String reset() {
        resets++;
        return resets > streams() + MAX_STRAY_RESETS ? "more resets than streams" : null;
    }

    private long streams() {
        Http2Connection streams = connection.connection();
        return Math.max(streams.local().lastStreamCreated(), streams.remote().lastStreamCreated()) / 2L;
    }

    private @Nullable String idle() {
        long now = System.nanoTime();
        if (now - windowStartNanos > WINDOW.toNanos()) {
            windowStartNanos = now;
            idleFrames = 0;
        }
        idleFrames++;
        return idleFrames > MAX_IDLE_FRAMES ? "too many frames that carry nothing" : null;
    }

    // Runs while something is begun that is not complete, or nothing has come at all.
    private void updateDeadline(ChannelHandlerContext ctx) {
        boolean wanted = !settingsSeen || headerSize > 0 || inFieldBlock;
        Future<?> running = deadline;
        if (wanted && running == null) {
            deadline = ctx.executor()
                    .schedule(
                            () -> trip(ctx, Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "too slow")),
                            limit.toMillis(),
                            TimeUnit.MILLISECONDS);
        } else if (!wanted && running != null) {
            running.cancel(false);
            deadline = null;
        }
    }

    private void trip(ChannelHandlerContext ctx, Http2Exception complaint) {
        tripped = true;
        ChannelHandlerContext at = ctx.pipeline().context(connection);
        if (at != null) {
            connection.onError(at, false, complaint);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Future<?> running = deadline;
        if (running != null) {
            running.cancel(false);
        }
        ctx.fireChannelInactive();
    }
}
