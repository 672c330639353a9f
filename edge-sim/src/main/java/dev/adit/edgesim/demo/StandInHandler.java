package dev.adit.edgesim.demo;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Serves one connection of a {@link StandIn}. Confined to the event loop of its channel. */
final class StandInHandler extends ChannelInboundHandlerAdapter {
    // A demo sends lines, not files.
    private static final int MAX_FRAME_BYTES = 1 << 20;

    private static final String BYTES_PATH = "/bytes/";

    private final String name;
    private @Nullable Future<?> ticker;
    private boolean echoing;

    StandInHandler(String name) {
        this.name = name;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof CloseWebSocketFrame close) {
            ctx.writeAndFlush(close).addListener(ChannelFutureListener.CLOSE);
        } else if (message instanceof PingWebSocketFrame ping) {
            ctx.writeAndFlush(new PongWebSocketFrame(ping.content()));
        } else if (message instanceof PongWebSocketFrame pong) {
            pong.release();
        } else if (message instanceof WebSocketFrame frame) {
            ctx.writeAndFlush(frame);
        } else if (message instanceof HttpRequest request) {
            begin(ctx, request);
        } else if (message instanceof HttpContent content) {
            goOn(ctx, content);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(ChannelHandlerContext ctx, HttpRequest request) {
        if (HttpUtil.is100ContinueExpected(request)) {
            ctx.writeAndFlush(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
        String path = request.uri().split("\\?", 2)[0];
        boolean upgrade = request.headers().contains(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
        if (path.equals("/ws") && upgrade) {
            shakeHands(ctx, request);
            return;
        }
        if (request.method().equals(HttpMethod.POST) || request.method().equals(HttpMethod.PUT)) {
            echo(ctx, request);
        } else if (path.equals("/events")) {
            events(ctx);
        } else if (path.startsWith(BYTES_PATH)) {
            bytes(ctx, request.uri());
        } else if (path.endsWith("/api/json")) {
            answer(ctx, "application/json", "{\"service\":\"" + name + "\",\"standIn\":true}\n");
        } else {
            answer(ctx, "text/html; charset=utf-8", page(path));
        }
    }

    private static void shakeHands(ChannelHandlerContext ctx, HttpRequest request) {
        WebSocketServerHandshaker handshaker = new WebSocketServerHandshakerFactory(
                        "ws://stand-in/ws", null, true, MAX_FRAME_BYTES)
                .newHandshaker(request);
        if (handshaker == null) {
            WebSocketServerHandshakerFactory.sendUnsupportedVersionResponse(ctx.channel());
            return;
        }
        handshaker.handshake(
                ctx.channel(),
                new DefaultFullHttpRequest(
                        request.protocolVersion(),
                        request.method(),
                        request.uri(),
                        Unpooled.EMPTY_BUFFER,
                        request.headers(),
                        new DefaultHttpHeaders()));
    }

    // The body comes back as it comes in.
    private void echo(ChannelHandlerContext ctx, HttpRequest request) {
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/octet-stream");
        if (HttpUtil.isContentLengthSet(request)) {
            HttpUtil.setContentLength(response, HttpUtil.getContentLength(request));
        } else {
            HttpUtil.setTransferEncodingChunked(response, true);
        }
        ctx.write(response);
        echoing = true;
    }

    // Takes over content.
    private void goOn(ChannelHandlerContext ctx, HttpContent content) {
        if (!echoing) {
            content.release();
            return;
        }
        if (content instanceof LastHttpContent) {
            echoing = false;
        }
        ctx.writeAndFlush(content);
        ctx.channel().config().setAutoRead(ctx.channel().isWritable());
    }

    // BYTES_PATH, how many, a question mark and a number: that many bytes of the Pattern with that number.
    private static void bytes(ChannelHandlerContext ctx, String uri) {
        String[] words = uri.substring(BYTES_PATH.length()).split("\\?", 2);
        int count;
        long number;
        try {
            count = Integer.parseInt(words[0]);
            number = words.length == 1 ? 0 : Long.parseLong(words[1]);
        } catch (NumberFormatException e) {
            count = -1;
            number = 0;
        }
        if (count < 0 || count > MAX_FRAME_BYTES) {
            answer(ctx, HttpResponseStatus.NOT_FOUND, "text/plain", text("up to 1048576 bytes, please\n"));
            return;
        }
        ByteBuf body = ctx.alloc().buffer(count);
        Pattern.append(body, number, 0, count);
        answer(ctx, HttpResponseStatus.OK, "application/octet-stream", body);
    }

    private void events(ChannelHandlerContext ctx) {
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.TEXT_EVENT_STREAM)
                .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_CACHE);
        HttpUtil.setTransferEncodingChunked(response, true);
        ctx.write(response);
        int[] count = {0};
        ticker = ctx.executor()
                .scheduleAtFixedRate(
                        () -> {
                            count[0]++;
                            ctx.writeAndFlush(
                                    new DefaultHttpContent(text("data: " + name + " event " + count[0] + "\n\n")));
                        },
                        0,
                        1,
                        TimeUnit.SECONDS);
    }

    private static void answer(ChannelHandlerContext ctx, String type, String body) {
        answer(ctx, HttpResponseStatus.OK, type, text(body));
    }

    // Takes over content.
    private static void answer(ChannelHandlerContext ctx, HttpResponseStatus status, String type, ByteBuf content) {
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, content);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, type)
                .set(HttpHeaderNames.CONTENT_LENGTH, content.readableBytes());
        ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    private static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }

    private String page(String path) {
        String title = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head><meta charset="utf-8"><title>%s (stand-in)</title></head>
                <body>
                <h1>This is the stand-in for %s</h1>
                <p>It answers because no %s is running on this machine. You asked for %s</p>
                <p><a href="/api/json">JSON</a>, <a href="/events">events</a>, POST anything for an echo,
                WebSocket echo at /ws</p>
                </body>
                </html>
                """.formatted(title, title, title, path.replace("&", "&amp;").replace("<", "&lt;"));
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        ctx.channel().config().setAutoRead(ctx.channel().isWritable());
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Future<?> running = ticker;
        if (running != null) {
            running.cancel(false);
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
