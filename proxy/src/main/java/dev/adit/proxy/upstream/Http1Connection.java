package dev.adit.proxy.upstream;

import dev.adit.proxy.http.Failure;
import dev.adit.proxy.net.FlushSoon;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection to an origin, used by one exchange at a time. Confined to the event loop of its channel.
 *
 * <pre>
 *            use()                 response and request complete
 *   IDLE ──────────────► BUSY ────────────────────────────────────► IDLE (in the pool)
 *                         │ │ upgraded()
 *                         │ └───────────► BUSY, raw bytes ──┐
 *                         └── close(), error, no keep-alive ─┴────► CLOSED
 * </pre>
 */
final class Http1Connection implements UpstreamConnection {
    private final Channel channel;
    private final UpstreamPool pool;
    private final RequestEncoder encoder;
    private final FlushSoon flush;
    private @Nullable UpstreamListener listener;
    private BodyFraming framing = BodyFraming.NONE;
    private boolean head;
    private boolean webSocket;
    private boolean requestEnded;
    private boolean reused;

    Http1Connection(Channel channel, UpstreamPool pool, RequestEncoder encoder) {
        this.channel = channel;
        this.pool = pool;
        this.encoder = encoder;
        flush = new FlushSoon(channel.eventLoop(), channel::flush);
    }

    /** Starts an exchange; {@code user} hears everything until its end. */
    void use(UpstreamListener user, boolean again) {
        assert channel.eventLoop().inEventLoop();
        listener = user;
        reused = again;
        requestEnded = false;
        webSocket = false;
        user.connected(this);
    }

    @Override
    public boolean isReused() {
        return reused;
    }

    @Override
    public void request(UpstreamRequest request) {
        ByteBuf bytes = encoder.encode(request, channel.alloc());
        framing = request.framing();
        head = request.head().method().equals("HEAD");
        webSocket = request.webSocket();
        requestEnded = framing == BodyFraming.NONE;
        channel.write(bytes);
        flush.request();
    }

    @Override
    public void becomeRaw() {
        framing = BodyFraming.RAW;
        channel.pipeline().remove(UpstreamDecoder.class);
    }

    @Override
    public void body(ByteBuf data) {
        if (!data.isReadable()) {
            data.release();
            return;
        }
        channel.write(framing == BodyFraming.CHUNKED ? ChunkEncoder.chunk(data, channel.alloc()) : data);
        flush.request();
    }

    @Override
    public void endRequest(@Nullable HttpHeaders trailers) {
        requestEnded = true;
        if (framing == BodyFraming.CHUNKED) {
            channel.write(ChunkEncoder.lastChunk(trailers, channel.alloc()));
            flush.request();
        } else if (framing == BodyFraming.RAW) {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) written -> {
                if (channel instanceof DuplexChannel duplex && channel.isActive()) {
                    duplex.shutdownOutput();
                }
            });
        }
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void setReading(boolean wanted) {
        if (channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
        }
    }

    @Override
    public void release() {
        listener = null;
        pool.put(this);
    }

    @Override
    public void handOver(UpstreamListener next) {
        listener = next;
    }

    @Override
    public void closeWhenWritten() {
        listener = null;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void close() {
        listener = null;
        channel.close();
    }

    Channel channel() {
        return channel;
    }

    boolean isHead() {
        return head;
    }

    boolean isRaw() {
        return framing == BodyFraming.RAW;
    }

    boolean isBusy() {
        return listener != null;
    }

    boolean awaitsUpgrade() {
        return webSocket;
    }

    @Nullable
    UpstreamListener listener() {
        return listener;
    }

    /** The response is complete: ends the exchange, and keeps the connection if another one may use it. */
    void responseEnded(@Nullable HttpHeaders trailers, boolean keepAlive) {
        UpstreamListener user = listener;
        listener = null;
        boolean reusable = keepAlive && requestEnded && channel.isActive();
        if (user != null) {
            user.responseEnd(trailers);
        }
        if (reusable) {
            setReading(true);
            pool.put(this);
        } else {
            channel.close();
        }
    }

    /** The origin sent its last raw byte; the other direction may go on. */
    void inputEnded() {
        UpstreamListener user = listener;
        if (user != null) {
            user.responseEnd(null);
        }
    }

    /** The connection is of no more use: tells the exchange why, if there is one. */
    void failed(Failure failure) {
        UpstreamListener user = listener;
        listener = null;
        channel.close();
        if (user != null) {
            user.upstreamFailed(failure);
        }
    }
}
