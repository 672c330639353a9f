package dev.adit.edgesim.rehearse;

import dev.adit.edgesim.demo.Pattern;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An HTTP/1.1 connection of the load: one request at a time, its answer checked. Confined to its event loop. */
final class LoadConnection extends SimpleChannelInboundHandler<HttpObject> {
    /** An answer that is not complete by then never will be, for most people. */
    static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    private final String host;
    private final LoadListener listener;
    private @Nullable Channel channel;
    private @Nullable LoadRequest current;
    private @Nullable Future<?> timeout;
    private long idleSinceNanos;
    private int status;
    private int received;
    private boolean right;
    private boolean keepAlive;

    LoadConnection(String host, LoadListener listener) {
        this.host = host;
        this.listener = listener;
    }

    /** The request on its way; null between two. */
    @Nullable
    LoadRequest current() {
        return current;
    }

    /** When it became idle. */
    long idleSinceNanos() {
        return idleSinceNanos;
    }

    /** Takes {@code request}, which is sent as soon as the connection is up. */
    void begin(LoadRequest request) {
        current = request;
        Channel up = channel;
        if (up != null) {
            send(up, request);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        channel = ctx.channel();
        LoadRequest request = current;
        if (request != null) {
            send(ctx.channel(), request);
        }
    }

    private void send(Channel to, LoadRequest request) {
        received = 0;
        status = 0;
        right = true;
        ByteBuf body = Unpooled.EMPTY_BUFFER;
        if (request.hasBody()) {
            body = to.alloc().buffer(request.kind().bytes());
            Pattern.append(body, request.number(), 0, request.kind().bytes());
        }
        FullHttpRequest message = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, request.hasBody() ? HttpMethod.POST : HttpMethod.GET, request.path(), body);
        message.headers().set(HttpHeaderNames.HOST, host);
        if (request.hasBody()) {
            HttpUtil.setContentLength(message, request.kind().bytes());
        }
        timeout = to.eventLoop()
                .schedule(() -> giveUp(Outcome.UNANSWERED), ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        to.writeAndFlush(message);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
        LoadRequest request = current;
        if (request == null) {
            ctx.close();
            return;
        }
        if (message.decoderResult().isFailure()) {
            giveUp(Outcome.BROKEN);
            return;
        }
        if (message instanceof HttpResponse head) {
            status = head.status().code();
            keepAlive = HttpUtil.isKeepAlive(head);
        }
        if (message instanceof HttpContent content) {
            right &= Pattern.matches(content.content(), request.number(), received);
            received += content.content().readableBytes();
        }
        if (message instanceof LastHttpContent && status >= 200) {
            finish(outcome(request));
            if (!keepAlive) {
                ctx.close();
            }
        }
    }

    private Outcome outcome(LoadRequest request) {
        return switch (status) {
            case 200 -> right && received == request.kind().bytes() ? Outcome.RIGHT : Outcome.WRONG;
            case 502, 503, 504 -> Outcome.FAILED;
            case 530 -> Outcome.DOWN;
            default -> Outcome.WRONG;
        };
    }

    /** Ends the current request as {@code outcome} and the connection with it. */
    void giveUp(Outcome outcome) {
        keepAlive = false;
        Channel open = channel;
        finish(outcome);
        if (open != null) {
            open.close();
        }
    }

    private void finish(Outcome outcome) {
        Future<?> running = timeout;
        if (running != null) {
            running.cancel(false);
            timeout = null;
        }
        if (current != null) {
            idleSinceNanos = System.nanoTime();
            listener.ended(this, outcome);
        }
    }

    /** Forgets the request that ended; gives whether another one may follow. */
    boolean clear() {
        current = null;
        Channel open = channel;
        return keepAlive && open != null && open.isActive();
    }

    void close() {
        Channel open = channel;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        finish(Outcome.BROKEN);
        listener.gone(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
