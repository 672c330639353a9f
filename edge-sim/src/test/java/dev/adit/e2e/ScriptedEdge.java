package dev.adit.e2e;

import dev.adit.edgesim.tls.SimCertificates;
import dev.adit.edgesim.tls.SimTls;
import dev.adit.proxy.testing.EventLoops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An edge without a mind of its own: tests write its frames and read the connector's. For any thread. */
final class ScriptedEdge implements AutoCloseable {
    private static final long LIMIT_SECONDS = 10;
    /** A process takes its time to start on a busy machine. */
    private static final long CONNECT_SECONDS = 40;

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final BlockingQueue<EdgeConnection> accepted = new LinkedBlockingQueue<>();
    private final SimCertificates certificates = new SimCertificates();
    private final Channel listener;

    ScriptedEdge() {
        SimTls tls = new SimTls(certificates);
        listener = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        EdgeConnection connection = new EdgeConnection(channel);
                        channel.pipeline().addLast(tls.tunnel().newHandler(channel.alloc()), connection);
                        accepted.add(connection);
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** The authority that a connector must trust, as PEM. */
    String caPem() {
        return certificates.caPem();
    }

    /** The next connection. */
    EdgeConnection accept() throws InterruptedException {
        EdgeConnection connection = accepted.poll(CONNECT_SECONDS, TimeUnit.SECONDS);
        if (connection == null) {
            throw new IllegalStateException("no connector came");
        }
        return connection;
    }

    /** The next connection, if it is here already. */
    @Nullable
    EdgeConnection poll() {
        return accepted.poll();
    }

    /** The next connection, if it comes within {@code limit}. */
    @Nullable
    EdgeConnection poll(Duration limit) throws InterruptedException {
        return accepted.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        listener.close().awaitUninterruptibly(LIMIT_SECONDS, TimeUnit.SECONDS);
        EventLoops.end(group);
    }
}
