package dev.adit.connector.edge;

import dev.adit.proxy.net.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.dns.DefaultDnsQuery;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.handler.codec.dns.TcpDnsQueryEncoder;
import io.netty.handler.codec.dns.TcpDnsResponseDecoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Asks a public name server through TLS, RFC 7858, for places whose own name servers lie or fail. */
final class DnsOverTls implements ServiceLookup {
    /** The server's name on its certificate; cloudflared's. */
    private static final String SERVER_NAME = "cloudflare-dns.com";

    /** Limit for all of it: 15 s, cloudflared's. */
    private static final long LIMIT_SECONDS = 15;

    private final Bootstrap template;
    private final EventLoop loop;
    private final SslContext tls;
    private final EdgeAddress server;

    DnsOverTls(Transport transport, EventLoop loop, SslContext tls, EdgeAddress server) {
        this.loop = loop;
        this.tls = tls;
        this.server = server;
        template = new Bootstrap().group(loop).channel(transport.socket());
    }

    @Override
    public CompletionStage<List<SrvRecord>> services(String name) {
        CompletableFuture<List<SrvRecord>> result = new CompletableFuture<>();
        template.clone()
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(
                                        tls.newHandler(channel.alloc(), SERVER_NAME, server.port()),
                                        new TcpDnsQueryEncoder(),
                                        new TcpDnsResponseDecoder(),
                                        new Asking(name, result));
                    }
                })
                .connect(new InetSocketAddress(server.host(), server.port()))
                .addListener((ChannelFutureListener) done -> {
                    Channel channel = done.channel();
                    if (!done.isSuccess()) {
                        fail(result, String.valueOf(done.cause().getMessage()));
                        return;
                    }
                    result.whenComplete((services, error) -> channel.close());
                });
        loop.schedule(
                () -> fail(result, "no answer from " + server + " in " + LIMIT_SECONDS + "s"),
                LIMIT_SECONDS,
                TimeUnit.SECONDS);
        return result;
    }

    private static void fail(CompletableFuture<?> result, String why) {
        result.completeExceptionally(new IOException("DNS over TLS: " + why));
    }

    /** One question and its answer. */
    private static final class Asking extends SimpleChannelInboundHandler<DnsResponse> {
        private final String name;
        private final CompletableFuture<List<SrvRecord>> result;

        Asking(String name, CompletableFuture<List<SrvRecord>> result) {
            this.name = name;
            this.result = result;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
            if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
                DefaultDnsQuery query =
                        new DefaultDnsQuery(ThreadLocalRandom.current().nextInt(1 << 16));
                query.setRecursionDesired(true)
                        .addRecord(DnsSection.QUESTION, new DefaultDnsQuestion(name, DnsRecordType.SRV));
                ctx.writeAndFlush(query);
            }
            super.userEventTriggered(ctx, event);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, DnsResponse response) {
            List<DnsRecord> answers = new ArrayList<>();
            for (int i = 0; i < response.count(DnsSection.ANSWER); i++) {
                answers.add(response.recordAt(DnsSection.ANSWER, i));
            }
            PlainDns.complete(result, SrvRecord.read(answers), name);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) throws Exception {
            fail(result, "closed by the server");
            super.channelInactive(ctx);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            fail(result, String.valueOf(cause.getMessage()));
            ctx.close();
        }
    }
}
