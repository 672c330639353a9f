package dev.adit.connector.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.edge.EdgeTls.KeyAgreement;
import dev.adit.proxy.net.Transport;
import dev.adit.proxy.testing.Waiting;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.netty.resolver.DefaultAddressResolverGroup;
import java.net.InetSocketAddress;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.BCSSLEngine;
import org.bouncycastle.jsse.BCSSLParameters;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Handshakes with edges that accept one group and no other. */
@Timeout(90)
final class EdgeTlsTest {
    private static final Provider BOUNCY = new BouncyCastleJsseProvider(new BouncyCastleProvider());

    private final MultiThreadIoEventLoopGroup group = Transport.NIO.group(1, "test");
    private final ExecutorService blocking = Executors.newSingleThreadExecutor();
    private final X509Bundle authority;
    private final X509Bundle leaf;

    EdgeTlsTest() throws Exception {
        authority = new CertificateBuilder()
                .subject("CN=Test authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        leaf = new CertificateBuilder()
                .subject("CN=h2.cftunnel.com")
                .addSanDnsName("h2.cftunnel.com")
                // BouncyCastle signs with an elliptic curve only if that is among its groups.
                .algorithm(CertificateBuilder.Algorithm.rsa2048)
                .buildIssuedBy(authority);
    }

    @AfterEach
    void stop() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
        blocking.shutdownNow();
    }

    @ParameterizedTest
    @CsvSource({
        "POST_QUANTUM, X25519MLKEM768, CONNECTED",
        "POST_QUANTUM, secp256r1,      TLS",
        "POST_QUANTUM, x25519,         TLS",
        "CLASSIC,      X25519MLKEM768, TLS",
        "CLASSIC,      secp256r1,      CONNECTED",
        "CLASSIC,      x25519,         CONNECTED"
    })
    void agreesOnKeysByTheGroupsThatItOffersOnly(KeyAgreement agreement, String accepted, String expected)
            throws Exception {
        assertThat(dial(agreement, accepted, EdgeAuthorities.only(List.of(authority.getCertificate()))))
                .isEqualTo(expected);
    }

    @Test
    void checksTheCertificatePostQuantumToo() throws Exception {
        X509Certificate other = new CertificateBuilder()
                .subject("CN=Another authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned()
                .getCertificate();

        assertThat(dial(KeyAgreement.POST_QUANTUM, "X25519MLKEM768", EdgeAuthorities.only(List.of(other))))
                .isEqualTo("UNTRUSTED");
        assertThat(dial(
                        KeyAgreement.POST_QUANTUM,
                        "X25519MLKEM768",
                        EdgeAuthorities.beside(List.of(authority.getCertificate()))))
                .isEqualTo("CONNECTED");
    }

    /** What a dial comes to: the kind of failure, or that it connected. */
    private String dial(KeyAgreement agreement, String accepted, EdgeAuthorities authorities) throws Exception {
        SslContext server = new OneGroup(serverContext(), accepted);
        Channel listener = new ServerBootstrap()
                .group(group)
                .channel(Transport.NIO.serverSocket())
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(server.newHandler(channel.alloc()), new Silent());
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
        EdgeDialer dialer = new EdgeDialer(
                Transport.NIO, DefaultAddressResolverGroup.INSTANCE, EdgeTls.context(authorities, agreement), blocking);
        int port = ((InetSocketAddress) listener.localAddress()).getPort();
        CompletableFuture<String> result = new CompletableFuture<>();
        dialer.dial(
                new EdgeAddress("127.0.0.1", port),
                group.next(),
                channel -> {
                    channel.close();
                    result.complete("CONNECTED");
                },
                failure -> result.complete(failure.kind().name()));
        try {
            return result.get(Waiting.LIMIT.toSeconds() * 3, TimeUnit.SECONDS);
        } finally {
            listener.close().syncUninterruptibly();
        }
    }

    private SslContext serverContext() throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX", BOUNCY);
        keys.init(leaf.toKeyStore(new char[0]), new char[0]);
        return SslContextBuilder.forServer(keys)
                .sslProvider(SslProvider.JDK)
                .sslContextProvider(BOUNCY)
                .secureRandom(new SecureRandom())
                .protocols("TLSv1.3", "TLSv1.2")
                .build();
    }

    /** What fails here is seen by the client. */
    private static final class Silent extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    private static final class OneGroup extends DelegatingSslContext {
        private final String name;

        OneGroup(SslContext context, String name) {
            super(context);
            this.name = name;
        }

        @Override
        protected void initEngine(SSLEngine engine) {
            BCSSLEngine bouncy = (BCSSLEngine) engine;
            BCSSLParameters parameters = bouncy.getParameters();
            parameters.setNamedGroups(new String[] {name});
            bouncy.setParameters(parameters);
        }
    }
}
