package dev.adit.proxy.upstream;

import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import java.time.Duration;
import jdk.net.ExtendedSocketOptions;

/** TCP keep-alive times, which each transport sets in its own way. */
final class KeepAliveProbes {
    private static final ChannelOption<Integer> IDLE = NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE);
    private static final ChannelOption<Integer> INTERVAL = NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL);

    private KeepAliveProbes() {}

    /** Sends the first probe after {@code period} without traffic, and then one every {@code period}; at least 1 s. */
    static void set(SocketChannel channel, Duration period) {
        int seconds = (int) Math.max(1, period.toSeconds());
        boolean epoll = channel instanceof EpollSocketChannel;
        channel.config().setOption(epoll ? EpollChannelOption.TCP_KEEPIDLE : IDLE, seconds);
        channel.config().setOption(epoll ? EpollChannelOption.TCP_KEEPINTVL : INTERVAL, seconds);
    }
}
