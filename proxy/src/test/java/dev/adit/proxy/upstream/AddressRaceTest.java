package dev.adit.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class AddressRaceTest {
    /** How a process without a file descriptor left sees it. */
    @Test
    void tellsOnItsLoopThoughNettyTellsOnAThreadOfItsOwn() {
        EventLoop loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()).next();
        try {
            Bootstrap bootstrap = new Bootstrap()
                    .group(loop)
                    .channelFactory(() -> {
                        throw new ChannelException("too many open files");
                    })
                    .handler(new ChannelInboundHandlerAdapter());
            CompletableFuture<Boolean> onLoop = new CompletableFuture<>();
            AddressRace.Finish finish = new AddressRace.Finish() {
                @Override
                public void won(Channel channel) {
                    onLoop.completeExceptionally(new AssertionError("there is no channel"));
                }

                @Override
                public void lost(@Nullable Throwable cause) {
                    onLoop.complete(loop.inEventLoop());
                }
            };

            loop.execute(() -> new AddressRace(loop, bootstrap::connect, Long.MAX_VALUE, finish)
                    .start(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9))));

            assertThat(onLoop).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(true);
        } finally {
            loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
        }
    }
}
