package dev.adit.proxy.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;

/** How this process does I/O: native epoll where a matching native jar is on the class path, else NIO. */
public enum Transport {
    NIO(
            NioSocketChannel.class,
            NioServerSocketChannel.class,
            NioDatagramChannel.class,
            NioDomainSocketChannel.class,
            NioServerDomainSocketChannel.class),
    EPOLL(
            EpollSocketChannel.class,
            EpollServerSocketChannel.class,
            EpollDatagramChannel.class,
            EpollDomainSocketChannel.class,
            EpollServerDomainSocketChannel.class);

    /** Enough for the time between two wake-ups at 100 MB/s; the kernel's default has no bound but the socket's buffer. */
    private static final long UNSENT_BYTES = 256 << 10;

    private final Class<? extends SocketChannel> socket;
    private final Class<? extends ServerSocketChannel> serverSocket;
    private final Class<? extends DatagramChannel> datagram;
    private final Class<? extends DuplexChannel> unixSocket;
    private final Class<? extends ServerChannel> serverUnixSocket;

    Transport(
            Class<? extends SocketChannel> socket,
            Class<? extends ServerSocketChannel> serverSocket,
            Class<? extends DatagramChannel> datagram,
            Class<? extends DuplexChannel> unixSocket,
            Class<? extends ServerChannel> serverUnixSocket) {
        this.socket = socket;
        this.serverSocket = serverSocket;
        this.datagram = datagram;
        this.unixSocket = unixSocket;
        this.serverUnixSocket = serverUnixSocket;
    }

    /** Runs {@code task} on {@code loop}: at once if that is the calling thread, else when it is its turn. */
    public static void onLoop(EventLoop loop, Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    /** The fastest transport that works here. */
    public static Transport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    /** A group of {@code loops} event loops whose threads are named {@code name}-1, -2 and so on. The caller shuts it down. */
    public MultiThreadIoEventLoopGroup group(int loops, String name) {
        IoHandlerFactory factory = this == EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        return new MultiThreadIoEventLoopGroup(loops, new DefaultThreadFactory(name), factory);
    }

    /**
     * Makes the kernel give a connection up when bytes stay unacknowledged for {@code limit}, and keep few bytes that it
     * can't send yet: the rest then waits where its progress can be seen. NIO has no such options.
     */
    public void boundUnsent(Bootstrap bootstrap, Duration limit) {
        if (this == EPOLL) {
            bootstrap
                    .option(EpollChannelOption.TCP_USER_TIMEOUT, (int) limit.toMillis())
                    .option(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT_BYTES);
        }
    }

    public Class<? extends SocketChannel> socket() {
        return socket;
    }

    public Class<? extends ServerSocketChannel> serverSocket() {
        return serverSocket;
    }

    public Class<? extends DatagramChannel> datagram() {
        return datagram;
    }

    /** A client of a Unix domain socket. */
    public Class<? extends DuplexChannel> unixSocket() {
        return unixSocket;
    }

    /** A listener on a Unix domain socket. */
    public Class<? extends ServerChannel> serverUnixSocket() {
        return serverUnixSocket;
    }

    /** The address of the Unix domain socket at {@code path}, in the form that the two above take. */
    public SocketAddress unixAddress(Path path) {
        return this == EPOLL ? new DomainSocketAddress(path.toString()) : UnixDomainSocketAddress.of(path);
    }
}
