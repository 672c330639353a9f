package dev.adit.connector.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.logging.LoggedLines;
import dev.adit.proxy.net.Transport;
import dev.adit.proxy.testing.Waiting;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.netty.resolver.DefaultAddressResolverGroup;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a dial tells when the handshake fails: one sentence, and nothing in the log. */
@Timeout(60)
final class EdgeDialerTest {
    private final MultiThreadIoEventLoopGroup group = Transport.NIO.group(1, "test");
    private final ExecutorService blocking = Executors.newSingleThreadExecutor();
    private final LoggedLines netty = LoggedLines.of("io.netty.channel");
    private final X509Bundle authority;
    private final X509Bundle leaf;

    EdgeDialerTest() throws Exception {
        authority = authority("Test authority");
        leaf = new CertificateBuilder()
                .subject("CN=h2.cftunnel.com")
                .addSanDnsName("h2.cftunnel.com")
                .buildIssuedBy(authority);
    }

    @AfterEach
    void stop() {
        netty.close();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
        blocking.shutdownNow();
    }

    @Test
    void anEdgeThatIsNotTrustedIsOneSentence() throws Exception {
        String said = dial(tls(), authority("Another authority"));

        assertThat(said)
                .startsWith("UNTRUSTED the edge's certificate is not trusted")
                .contains("Test authority");
        assertThat(logged()).isEmpty();
    }

    @Test
    void anEdgeWithoutTlsIsOneSentence() throws Exception {
        String said = dial(Plain::new, authority);

        assertThat(said).startsWith("TLS ").doesNotContain("\n");
        assertThat(logged()).isEmpty();
    }

    @Test
    void nothingOfItStaysBehindAHandshakeThatSucceeds() throws Exception {
        assertThat(dial(tls(), authority)).isEqualTo("CONNECTED [SslHandler#0]");
        assertThat(logged()).isEmpty();
    }

    private static X509Bundle authority(String name) throws Exception {
        return new CertificateBuilder()
                .subject("CN=" + name)
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
    }

    private Supplier<ChannelHandler> tls() throws Exception {
        SslContext server =
                SslContextBuilder.forServer(leaf.toKeyManagerFactory()).build();
        return () -> new ChannelInitializer<SocketChannel>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                channel.pipeline().addLast(server.newHandler(channel.alloc()), new Silent());
            }
        };
    }

    /** What a dial of an edge that is {@code server} comes to, when {@code trusted} is. */
    private String dial(Supplier<ChannelHandler> server, X509Bundle trusted) throws Exception {
        Channel listener = new ServerBootstrap()
                .group(group)
                .channel(Transport.NIO.serverSocket())
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(server.get());
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
        EdgeDialer dialer = new EdgeDialer(
                Transport.NIO,
                DefaultAddressResolverGroup.INSTANCE,
                EdgeTls.context(EdgeAuthorities.only(List.of(trusted.getCertificate())), EdgeTls.KeyAgreement.CLASSIC),
                blocking);
        int port = ((InetSocketAddress) listener.localAddress()).getPort();
        CompletableFuture<String> result = new CompletableFuture<>();
        dialer.dial(
                new EdgeAddress("127.0.0.1", port),
                group.next(),
                channel -> {
                    result.complete("CONNECTED "
                            + channel.pipeline()
                                    .names()
                                    .subList(0, channel.pipeline().names().size() - 1));
                    channel.close();
                },
                failure -> result.complete(failure.kind() + " " + failure.detail()));
        try {
            return result.get(Waiting.LIMIT.toSeconds(), TimeUnit.SECONDS);
        } finally {
            listener.close().syncUninterruptibly();
        }
    }

    /** Warnings, once all that the dial left for the one event loop is done. */
    private List<String> logged() {
        group.next().submit(() -> {}).syncUninterruptibly();
        return netty.lines().stream().filter(line -> !line.startsWith("DBG")).toList();
    }

    /** What fails here is seen by the client. */
    private static final class Silent extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    /** Speaks before it is spoken to, and not TLS. */
    private static final class Plain extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.writeAndFlush(context.alloc()
                    .buffer()
                    .writeBytes("220 mail.example ready\r\n".getBytes(StandardCharsets.US_ASCII)));
        }
    }
}
