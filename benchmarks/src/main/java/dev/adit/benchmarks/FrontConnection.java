package dev.adit.benchmarks;

import dev.adit.edgesim.h2.ConnectionListener;
import dev.adit.edgesim.h2.Http2ClientConnection;
import dev.adit.edgesim.h2.Http2ClientLimits;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;

/** Dials the front Nginx with the client that the simulator uses on its tunnels, and with the same limits. */
final class FrontConnection {
    // As on the simulator's side of a tunnel.
    private static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(64 * 1024, 256 * 1024);

    private FrontConnection() {}

    /** Completes when streams may be opened, which is to be done on {@code loop}. */
    static CompletableFuture<Http2ClientConnection> dial(EventLoop loop, int port, X509Certificate trusted)
            throws SSLException {
        SslContext tls = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .trustManager(trusted)
                .protocols("TLSv1.3")
                .ciphers(List.of("TLS_AES_128_GCM_SHA256"))
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2))
                .build();
        CompletableFuture<Http2ClientConnection> ready = new CompletableFuture<>();
        new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, MARKS)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        SslHandler handler = tls.newHandler(channel.alloc(), "localhost", port);
                        channel.pipeline().addLast(handler);
                        handler.handshakeFuture().addListener(shaken -> {
                            if (shaken.isSuccess()) {
                                speak(channel, ready);
                            } else {
                                ready.completeExceptionally(shaken.cause());
                            }
                        });
                    }
                })
                .connect(InetAddress.getLoopbackAddress(), port)
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        ready.completeExceptionally(connected.cause());
                    }
                });
        return ready;
    }

    private static void speak(Channel channel, CompletableFuture<Http2ClientConnection> ready) {
        CompletableFuture<Boolean> prefaceSent = new CompletableFuture<>();
        Http2ClientConnection connection =
                Http2ClientConnection.create(Http2ClientLimits.defaults(), new ConnectionListener() {
                    @Override
                    public void ready() {
                        prefaceSent.complete(true);
                    }

                    @Override
                    public void closed() {
                        ready.completeExceptionally(new IllegalStateException("closed by Nginx"));
                    }
                });
        channel.pipeline().addLast(connection);
        prefaceSent.thenAccept(sent -> ready.complete(connection));
    }
}
