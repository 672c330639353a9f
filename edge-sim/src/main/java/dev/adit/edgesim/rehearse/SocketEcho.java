package dev.adit.edgesim.rehearse;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakerFactory;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A WebSocket that sends a number twice a second and wants it back. */
final class SocketEcho implements StreamKind {
    private static final Duration PAUSE = Duration.ofMillis(500);
    // An error page is not larger.
    private static final int MAX_HEAD_BYTES = 64 * 1024;

    @Override
    public void open(ChannelPipeline pipeline, String host, Events events) {
        pipeline.addLast(
                new HttpClientCodec(),
                new HttpObjectAggregator(MAX_HEAD_BYTES),
                new WebSocketClientProtocolHandler(WebSocketClientHandshakerFactory.newHandshaker(
                        URI.create("ws://" + host + "/ws"),
                        WebSocketVersion.V13,
                        null,
                        false,
                        new DefaultHttpHeaders())),
                new Sender(events));
    }

    /** Speaks on one WebSocket. Confined to the event loop of its channel. */
    private static final class Sender extends SimpleChannelInboundHandler<WebSocketFrame> {
        private final Events events;
        private int number;

        Sender(Events events) {
            this.events = events;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == WebSocketClientProtocolHandler.ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
                events.up();
                send(ctx);
            }
        }

        private void send(ChannelHandlerContext ctx) {
            number++;
            ctx.writeAndFlush(new TextWebSocketFrame(Integer.toString(number)));
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
            boolean right =
                    frame instanceof TextWebSocketFrame text && text.text().equals(Integer.toString(number));
            events.message(right ? Outcome.RIGHT : Outcome.WRONG);
            ctx.executor().schedule(() -> send(ctx), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
