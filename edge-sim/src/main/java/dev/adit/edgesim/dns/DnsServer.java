package dev.adit.edgesim.dns;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsQuery;
import io.netty.handler.codec.dns.DefaultDnsResponse;
import io.netty.handler.codec.dns.TcpDnsQueryDecoder;
import io.netty.handler.codec.dns.TcpDnsResponseEncoder;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells connectors over UDP and TCP where the edge is. Its channels are confined to their event loop. */
public final class DnsServer {
    private static final Logger log = LoggerFactory.getLogger(DnsServer.class);
    // RFC 7766 §6.2.3 asks for a few seconds.
    private static final int TCP_IDLE_SECONDS = 10;

    private final DnsResponder responder;

    /**
     * Answers for these regions.
     *
     * @param regions their names and where each listens
     */
    public DnsServer(Map<String, List<InetSocketAddress>> regions) {
        responder = new DnsResponder(new EdgeZone(regions));
    }

    /**
     * Listens; waits until it does. Not on the event loop.
     *
     * @param template how TCP listeners are made, but for what is done with what they accept
     * @param opened told of each channel, for whoever closes them
     * @return the address, which is the same for both
     */
    public InetSocketAddress open(InetSocketAddress wanted, ServerBootstrap template, Consumer<Channel> opened)
            throws IOException {
        ChannelFuture tcp = template.clone()
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        opened.accept(channel);
                        channel.pipeline()
                                .addLast(
                                        new ReadTimeoutHandler(TCP_IDLE_SECONDS, TimeUnit.SECONDS),
                                        new TcpDnsQueryDecoder(),
                                        new TcpDnsResponseEncoder(),
                                        new OverTcp());
                    }
                })
                .bind(wanted);
        opened.accept(listening(tcp));
        InetSocketAddress address = (InetSocketAddress) tcp.channel().localAddress();
        EventLoopGroup loops = template.config().group();
        ChannelFuture udp = new Bootstrap()
                .group(loops)
                .channel(NioDatagramChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        new DatagramDnsQueryDecoder(), new DatagramDnsResponseEncoder(), new OverUdp());
                    }
                })
                .bind(address);
        opened.accept(listening(udp));
        return address;
    }

    private static Channel listening(ChannelFuture bound) throws IOException {
        if (!bound.awaitUninterruptibly().isSuccess()) {
            throw new IOException(bound.cause().getMessage(), bound.cause());
        }
        return bound.channel();
    }

    /** Answers datagrams; one that can't be read is not answered. */
    private final class OverUdp extends SimpleChannelInboundHandler<DatagramDnsQuery> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, DatagramDnsQuery query) {
            DatagramDnsResponse response = new DatagramDnsResponse(
                    /* sender= */ query.recipient(), /* recipient= */ query.sender(), query.id());
            response.setOpCode(query.opCode());
            responder.overUdp(query, response);
            ctx.writeAndFlush(response);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            log.debug("{} not answered: {}", ctx.channel(), cause.toString());
        }
    }

    /** Answers one question after the other; who can't put one has to go. */
    private final class OverTcp extends SimpleChannelInboundHandler<DefaultDnsQuery> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, DefaultDnsQuery query) {
            DefaultDnsResponse response = new DefaultDnsResponse(query.id(), query.opCode());
            responder.answer(query, response);
            ctx.writeAndFlush(response);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            log.debug("{} closing after {}", ctx.channel(), cause.toString());
            ctx.close();
        }
    }
}
