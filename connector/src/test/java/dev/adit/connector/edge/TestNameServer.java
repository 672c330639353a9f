package dev.adit.connector.edge;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DefaultDnsResponse;
import io.netty.handler.codec.dns.DnsQuery;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.handler.codec.dns.TcpDnsQueryDecoder;
import io.netty.handler.codec.dns.TcpDnsResponseEncoder;
import io.netty.handler.ssl.SslContext;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A name server on loopback, by UDP or through TLS, that knows what it is told and nothing else. */
final class TestNameServer implements AutoCloseable {
    private static final int TTL_SECONDS = 60;

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Map<String, List<byte[]>> records = new ConcurrentHashMap<>();
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private final Channel channel;

    /** By UDP. */
    TestNameServer() {
        channel = bound(new Bootstrap()
                .group(group)
                .channel(NioDatagramChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel ch) {
                        ch.pipeline()
                                .addLast(
                                        new DatagramDnsQueryDecoder(), new DatagramDnsResponseEncoder(), new Answers());
                    }
                })
                .bind(any()));
    }

    /** Through TLS. */
    TestNameServer(SslContext tls) {
        channel = bound(new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel ch) {
                        ch.pipeline()
                                .addLast(
                                        tls.newHandler(ch.alloc()),
                                        new TcpDnsQueryDecoder(),
                                        new TcpDnsResponseEncoder(),
                                        new Answers());
                    }
                })
                .bind(any()));
    }

    private static InetSocketAddress any() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static Channel bound(ChannelFuture binding) {
        return binding.syncUninterruptibly().channel();
    }

    EdgeAddress address() {
        return new EdgeAddress("127.0.0.1", ((InetSocketAddress) channel.localAddress()).getPort());
    }

    /** Knows one more target of the service called {@code name}. */
    TestNameServer service(String name, SrvRecord target) {
        ByteBuffer content = ByteBuffer.allocate(256)
                .putShort((short) target.priority())
                .putShort((short) target.weight())
                .putShort((short) target.port());
        for (String label : target.target().split("\\.", -1)) {
            content.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
        }
        content.put((byte) 0).flip();
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        return add(name, DnsRecordType.SRV, bytes);
    }

    /** Knows one more address of {@code host}. */
    TestNameServer host(String host, String address) {
        byte[] bytes = Objects.requireNonNull(NetUtil.createByteArrayFromIpAddressString(address));
        return add(host, bytes.length == 4 ? DnsRecordType.A : DnsRecordType.AAAA, bytes);
    }

    private TestNameServer add(String name, DnsRecordType type, byte[] content) {
        records.computeIfAbsent(type.name() + " " + name + ".", key -> new ArrayList<>())
                .add(content);
        return this;
    }

    /** Knows nothing any more. */
    void forget() {
        records.clear();
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** The types of the records that were asked for. */
    Set<String> asked() {
        return Set.copyOf(asked);
    }

    /** Answers questions. */
    private final class Answers extends SimpleChannelInboundHandler<DnsQuery> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, DnsQuery query) {
            DnsQuestion question = query.recordAt(DnsSection.QUESTION);
            DnsResponse response = query instanceof DatagramDnsQuery datagram
                    ? new DatagramDnsResponse(
                            /* sender= */ datagram.recipient(), /* recipient= */ datagram.sender(), query.id())
                    : new DefaultDnsResponse(query.id());
            response.addRecord(DnsSection.QUESTION, question);
            asked.add(question.type().name());
            List<byte[]> known = records.getOrDefault(question.type().name() + " " + question.name(), List.of());
            boolean anything = records.keySet().stream().anyMatch(key -> key.endsWith(" " + question.name()));
            response.setCode(anything ? DnsResponseCode.NOERROR : DnsResponseCode.NXDOMAIN);
            for (byte[] content : known) {
                ByteBuf bytes = Unpooled.copiedBuffer(content);
                response.addRecord(
                        DnsSection.ANSWER,
                        new DefaultDnsRawRecord(question.name(), question.type(), TTL_SECONDS, bytes));
            }
            ctx.writeAndFlush(response);
        }
    }
}
