package dev.adit.edgesim.eyeball;

import dev.adit.edgesim.guard.Newcomers;
import dev.adit.edgesim.tunnel.TunnelDirectory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the requests of one HTTP/1.1 connection, one after the other, or the one request of an HTTP/2 stream. Confined
 * to the event loop of its channel.
 */
final class EyeballHandler extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(EyeballHandler.class);
    // How long the rest of a request that was answered early is read and dropped, so that the answer gets through.
    private static final Duration DISCARD_LIMIT = Duration.ofSeconds(5);
    // Parts of pipelined requests that wait for the answer before them.
    private static final int MAX_WAITING = 16;

    private final EyeballSettings settings;
    private final boolean http2;
    private final String scheme;
    private final Queue<HttpObject> waiting = new ArrayDeque<>(4);
    private @Nullable ChannelHandlerContext context;
    private @Nullable RequestTranslator translator;
    private @Nullable EyeballExchange current;
    private @Nullable Future<?> deadline;
    private boolean inMessage;
    private boolean pumping;
    private boolean settled;

    EyeballHandler(EyeballSettings settings, boolean http2, String scheme) {
        this.settings = settings;
        this.http2 = http2;
        this.scheme = scheme;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        Channel connection = http2 ? ctx.channel().parent() : ctx.channel();
        InetSocketAddress eyeball = (InetSocketAddress) connection.remoteAddress();
        translator = new RequestTranslator(scheme, eyeball.getAddress().getHostAddress(), settings.country());
        expectHead();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf bytes) {
            pipe(bytes);
        } else if (message instanceof HttpObject part) {
            waiting.add(part);
            pump();
        } else {
            ReferenceCountUtil.release(message);
        }
        updateReading();
    }

    // Takes over bytes: they follow an upgrade.
    private void pipe(ByteBuf bytes) {
        EyeballExchange exchange = current;
        if (exchange != null && exchange.isPipe()) {
            exchange.requestBody(bytes);
        } else {
            bytes.release();
        }
    }

    private void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        while (!waiting.isEmpty() && (inMessage || current == null)) {
            handle(waiting.remove());
        }
        pumping = false;
    }

    private void handle(HttpObject part) {
        if (part instanceof HttpRequest request) {
            begin(request);
        }
        if (part instanceof HttpContent content) {
            goOn(content);
        }
    }

    private void begin(HttpRequest request) {
        inMessage = true;
        stopDeadline();
        EyeballExchange exchange = new EyeballExchange(this, request);
        current = exchange;
        if (request.decoderResult().isFailure()) {
            exchange.answer(problemOf(request.decoderResult().cause()));
            closeWhenFlushed();
            return;
        }
        settle();
        Problem ambiguous = http2 ? null : Framing.problemOf(request);
        if (ambiguous != null) {
            exchange.refuse(ambiguous);
            closeWhenFlushed();
            return;
        }
        exchange.start(hasNoBody(request));
    }

    private void settle() {
        if (!settled) {
            settled = true;
            Newcomers.settled(http2 ? context().channel().parent() : context().channel());
        }
    }

    // Takes over content.
    private void goOn(HttpContent content) {
        EyeballExchange exchange = current;
        if (exchange == null || content.decoderResult().isFailure()) {
            content.release();
            if (exchange != null && !exchange.isDone()) {
                exchange.answer(Problem.BAD_REQUEST);
            }
            closeWhenFlushed();
            return;
        }
        if (content.content().isReadable()) {
            exchange.requestBody(content.content());
        } else {
            content.release();
        }
        if (content instanceof LastHttpContent last) {
            inMessage = false;
            exchange.requestEnd(last.trailingHeaders());
            clearIfDone();
        }
    }

    /** The answer of the current exchange is complete. */
    void exchangeDone() {
        EyeballExchange exchange = current;
        if (exchange == null) {
            return;
        }
        if (exchange.awaitsContinue() && !http2) {
            closeWhenFlushed();
        } else if (inMessage && !http2) {
            startDeadline(DISCARD_LIMIT);
        }
        clearIfDone();
        pump();
        updateReading();
    }

    private void clearIfDone() {
        EyeballExchange exchange = current;
        if (exchange == null || !exchange.isDone() || inMessage) {
            return;
        }
        current = null;
        if (http2) {
            return;
        }
        if (exchange.keepAlive()) {
            expectHead();
        } else {
            closeWhenFlushed();
        }
    }

    /** The current exchange became a byte stream. */
    void becamePipe() {
        // Removing it hands over what it has already read.
        context().pipeline().remove(EyeballCodec.class);
    }

    /** Reads from the eyeball exactly when what comes can be passed on. */
    void updateReading() {
        EyeballExchange exchange = current;
        boolean wanted = waiting.size() < MAX_WAITING && (exchange == null || exchange.wantsBody());
        Channel channel = context().channel();
        if (channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
        }
    }

    private boolean hasNoBody(HttpRequest request) {
        if (http2 || request instanceof FullHttpRequest) {
            return request instanceof FullHttpRequest full && !full.content().isReadable();
        }
        return !HttpUtil.isTransferEncodingChunked(request) && HttpUtil.getContentLength(request, 0L) == 0;
    }

    private static Problem problemOf(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return Problem.LINE_TOO_LONG;
        }
        return cause instanceof TooLongHttpHeaderException ? Problem.HEADERS_TOO_LARGE : Problem.BAD_REQUEST;
    }

    private void expectHead() {
        if (!http2) {
            startDeadline(settings.limits().patience().head());
        }
    }

    private void startDeadline(Duration limit) {
        stopDeadline();
        ChannelHandlerContext ctx = context();
        deadline = ctx.executor().schedule(() -> ctx.close(), limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void stopDeadline() {
        Future<?> running = deadline;
        if (running != null) {
            running.cancel(false);
            deadline = null;
        }
    }

    private void closeWhenFlushed() {
        ChannelHandlerContext ctx = context();
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> ctx.close());
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        EyeballExchange exchange = current;
        if (exchange != null) {
            exchange.eyeballWritabilityChanged();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        stopDeadline();
        EyeballExchange exchange = current;
        if (exchange != null) {
            exchange.eyeballGone();
        }
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("{} closing after {}", ctx.channel(), cause.toString());
        if (http2 && cause instanceof Http2Exception malformed) {
            ctx.writeAndFlush(new DefaultHttp2ResetFrame(malformed.error()));
        } else {
            ctx.close();
        }
    }

    PublicLimits limits() {
        return settings.limits();
    }

    ChannelHandlerContext context() {
        return Objects.requireNonNull(context, "not in a pipeline");
    }

    RequestTranslator translator() {
        return Objects.requireNonNull(translator, "not in a pipeline");
    }

    TunnelDirectory directory() {
        return settings.directory();
    }

    String newRay() {
        return settings.rays().next();
    }

    boolean http2() {
        return http2;
    }

    void log(PublicRequest request) {
        settings.log().accept(request);
    }

    boolean mayKeepAlive(HttpRequest request) {
        return http2
                || (HttpUtil.isKeepAlive(request) && request.decoderResult().isSuccess());
    }

    boolean takesChunks(HttpRequest request) {
        return !http2 && !request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    }

    boolean isWebSocketUpgrade(HttpRequest request) {
        if (http2) {
            return request.headers().contains(ExtendedConnect.MARK);
        }
        return request.method().equals(HttpMethod.GET)
                && request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
                && request.headers().containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true);
    }
}
