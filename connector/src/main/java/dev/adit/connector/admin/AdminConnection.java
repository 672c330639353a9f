package dev.adit.connector.admin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client. Its requests are read one at a time, the next one when the answer before it has left; those that came in the
 * same read wait. Confined to the event loop of its channel.
 *
 * <pre>
 *   READING ── request ──► ANSWERING ── written ──► READING
 *      │ 10 s                  │ 10 s, or written after leave()
 *      └───────────────────────┴──────────────► closed
 * </pre>
 */
final class AdminConnection extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(AdminConnection.class);

    private final AdminServer server;
    private final Endpoints endpoints;
    private final Channel channel;
    private final Queue<FullHttpRequest> waiting = new ArrayDeque<>(1);
    private boolean answering;
    private boolean leaving;
    private @Nullable ScheduledFuture<?> deadline;

    AdminConnection(AdminServer server, Endpoints endpoints, Channel channel) {
        this.server = server;
        this.endpoints = endpoints;
        this.channel = channel;
    }

    /** Closes when there is nothing left to answer. */
    void leave() {
        leaving = true;
        if (!answering) {
            close();
        }
    }

    void close() {
        channel.close();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (server.arrived(this)) {
            next();
        } else {
            close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        stopClock();
        waiting.forEach(FullHttpRequest::release);
        waiting.clear();
        server.left(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("{} closes after {}", channel, cause.toString());
        close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        waiting.add((FullHttpRequest) message);
        if (!answering) {
            next();
        }
    }

    private void next() {
        FullHttpRequest request = waiting.poll();
        if (request == null) {
            startClock();
            channel.read();
            return;
        }
        try {
            serve(request);
        } finally {
            request.release();
        }
    }

    private void serve(FullHttpRequest request) {
        answering = true;
        startClock();
        AdminAnswer refusal = refusal(request);
        if (refusal != null) {
            leaving |= !request.decoderResult().isSuccess();
            write(refusal, "");
            return;
        }
        AdminRequest asked = asked(request);
        String allowed = endpoints.allowed(asked.path());
        answer(asked)
                .whenCompleteAsync(
                        (answer, error) -> write(orFailure(asked, answer, error), allowed), channel.eventLoop());
    }

    /** What is answered to a request that no endpoint is to see; null if there is nothing against it. */
    private static @Nullable AdminAnswer refusal(FullHttpRequest request) {
        DecoderResult result = request.decoderResult();
        if (result.cause() instanceof TooLongHttpLineException) {
            return AdminAnswer.text(414, "the request line is too long\n");
        }
        if (result.cause() instanceof TooLongHttpHeaderException) {
            return AdminAnswer.text(431, "the request's fields are too long\n");
        }
        if (!result.isSuccess()) {
            return AdminAnswer.text(400, "this is not HTTP/1.1\n");
        }
        HttpHeaders headers = request.headers();
        String site = headers.get("sec-fetch-site", "none");
        boolean fromPage =
                headers.contains(HttpHeaderNames.ORIGIN) || !(site.equals("none") || site.equals("same-origin"));
        if (fromPage && !method(request).equals("GET")) {
            // Any page in a browser on this machine could send it.
            return AdminAnswer.text(403, "pages in a browser may not change anything here\n");
        }
        return null;
    }

    private AdminRequest asked(FullHttpRequest request) {
        QueryStringDecoder target = new QueryStringDecoder(request.uri());
        return new AdminRequest(
                method(request),
                target.path(),
                target.parameters(),
                request.headers(),
                request.content().toString(StandardCharsets.UTF_8),
                LocalPeer.is(channel.remoteAddress(), request.headers()));
    }

    private static String method(FullHttpRequest request) {
        String method = request.method().name().toUpperCase(Locale.ROOT);
        return method.equals("HEAD") ? "GET" : method;
    }

    private CompletionStage<AdminAnswer> answer(AdminRequest asked) {
        try {
            return endpoints.find(asked.method(), asked.path()).answer(asked);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static AdminAnswer orFailure(AdminRequest asked, @Nullable AdminAnswer answer, @Nullable Throwable error) {
        if (answer != null) {
            return answer;
        }
        log.error("no answer to {} {}", asked.method(), asked.path(), error);
        return AdminAnswer.text(500, "this failed, the log says why\n");
    }

    private void write(AdminAnswer answer, String allowed) {
        ByteBuf body = Unpooled.wrappedBuffer(answer.bytes());
        DefaultFullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()), body);
        HttpHeaders headers = response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
                .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("x-content-type-options", "nosniff");
        if (answer.status() == 405) {
            headers.set(HttpHeaderNames.ALLOW, allowed);
        }
        if (leaving) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        channel.writeAndFlush(response).addListener(written -> written());
    }

    private void written() {
        answering = false;
        if (leaving) {
            close();
        } else if (channel.isActive()) {
            next();
        }
    }

    private void startClock() {
        stopClock();
        deadline = channel.eventLoop().schedule(this::close, AdminServer.LIMIT.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void stopClock() {
        ScheduledFuture<?> running = deadline;
        if (running != null) {
            running.cancel(false);
            deadline = null;
        }
    }
}
