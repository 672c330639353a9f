package dev.adit.connector.admin;

import dev.adit.proxy.net.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks the {@link AdminServer} of another process on this machine. For commands: it waits for the answer. */
public final class AdminClient {
    private static final int MAX_ANSWER_BYTES = 16 << 20;

    private final AdminAddress.Tcp tcp;
    private final Transport transport;
    private final SocketAddress where;
    private final Class<? extends Channel> type;

    private AdminClient(AdminAddress.Tcp tcp, Transport transport, SocketAddress where, Class<? extends Channel> type) {
        this.tcp = tcp;
        this.transport = transport;
        this.where = where;
        this.type = type;
    }

    /**
     * A client of the server at {@code address}.
     *
     * @throws IllegalArgumentException if that is no place that a client can know
     */
    public static AdminClient of(AdminAddress address) {
        Transport transport = Transport.best();
        if (address instanceof AdminAddress.Tcp tcp && tcp.port() > 0) {
            String host = tcp.host().isEmpty() ? "localhost" : tcp.host();
            return new AdminClient(
                    new AdminAddress.Tcp(host, tcp.port()),
                    transport,
                    new InetSocketAddress(host, tcp.port()),
                    transport.socket());
        }
        if (address instanceof AdminAddress.Unix unix) {
            return new AdminClient(
                    new AdminAddress.Tcp("localhost", 80),
                    transport,
                    transport.unixAddress(unix.path()),
                    transport.unixSocket());
        }
        throw new IllegalArgumentException("\"" + address + "\" does not say where to ask");
    }

    /**
     * Sends a request without a body and waits for the answer.
     *
     * @param limit for all of it
     * @throws IOException if there is none
     */
    public AdminAnswer ask(String method, String target, Duration limit) throws IOException {
        EventLoopGroup group = transport.group(1, "adit-ask");
        try {
            CompletableFuture<AdminAnswer> answer = new CompletableFuture<>();
            new Bootstrap()
                    .group(group)
                    .channel(type)
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline()
                                    .addLast(
                                            new HttpClientCodec(),
                                            new HttpObjectAggregator(MAX_ANSWER_BYTES),
                                            new Asking(request(method, target), answer));
                        }
                    })
                    .connect(where)
                    .addListener(connected -> {
                        if (!connected.isSuccess()) {
                            answer.completeExceptionally(connected.cause());
                        }
                    });
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + limit.toSeconds() + "s", e);
        } catch (ExecutionException e) {
            throw new IOException(
                    e.getCause() == null ? e.getMessage() : e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    private DefaultFullHttpRequest request(String method, String target) {
        DefaultFullHttpRequest request =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), target);
        request.headers()
                .set(HttpHeaderNames.HOST, tcp.toString())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
                .set(HttpHeaderNames.CONTENT_LENGTH, 0);
        return request;
    }

    /** One request and what comes of it. Confined to the event loop of its channel. */
    private static final class Asking extends ChannelInboundHandlerAdapter {
        private final DefaultFullHttpRequest request;
        private final CompletableFuture<AdminAnswer> answer;

        Asking(DefaultFullHttpRequest request, CompletableFuture<AdminAnswer> answer) {
            this.request = request;
            this.answer = answer;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.writeAndFlush(request);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            FullHttpResponse response = (FullHttpResponse) message;
            AdminAnswer read;
            try {
                read = AdminAnswer.of(
                        response.status().code(),
                        response.headers().get(HttpHeaderNames.CONTENT_TYPE, ""),
                        ByteBufUtil.getBytes(response.content()));
            } finally {
                response.release();
            }
            // Last: whoever waits may go on at once, and then nothing is held any more.
            answer.complete(read);
            ctx.close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            answer.completeExceptionally(new IOException("the connection was closed without an answer"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            answer.completeExceptionally(cause);
            ctx.close();
        }
    }
}
