package dev.adit.edgesim.rehearse;

import dev.adit.edgesim.demo.StandIn;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;

/** Server-sent events of a {@link StandIn}: one a second, counted. */
final class EventStream implements StreamKind {
    private static final String END = "\n\n";

    @Override
    public void open(ChannelPipeline pipeline, String host, Events events) {
        pipeline.addLast(new HttpClientCodec(), new Reader(host, events));
    }

    /** Reads one stream. Confined to the event loop of its channel. */
    private static final class Reader extends SimpleChannelInboundHandler<HttpObject> {
        private final String host;
        private final Events events;
        private final StringBuilder text = new StringBuilder();
        private int count;

        Reader(String host, Events events) {
            this.host = host;
            this.events = events;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            DefaultFullHttpRequest request =
                    new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/events", Unpooled.EMPTY_BUFFER);
            request.headers().set(HttpHeaderNames.HOST, host);
            ctx.writeAndFlush(request);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
            if (message instanceof HttpResponse head) {
                if (head.status().code() != 200) {
                    ctx.close();
                    return;
                }
                events.up();
            }
            if (message instanceof HttpContent content) {
                text.append(content.content().toString(StandardCharsets.UTF_8));
                check();
            }
            if (message instanceof LastHttpContent) {
                ctx.close();
            }
        }

        private void check() {
            for (int end = text.indexOf(END); end >= 0; end = text.indexOf(END)) {
                count++;
                boolean right = text.substring(0, end).equals("data: " + Rehearsal.NAME + " event " + count);
                text.delete(0, end + END.length());
                events.message(right ? Outcome.RIGHT : Outcome.WRONG);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
