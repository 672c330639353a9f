package dev.adit.connector.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ConnectRaceTest {
    private final EmbeddedChannel clock = new EmbeddedChannel();
    private final List<ChannelPromise> tries = new ArrayList<>();
    private final List<Channel> connected = new ArrayList<>();
    private final List<Throwable> failed = new ArrayList<>();

    @BeforeEach
    void start() {
        clock.freezeTime();
        ConnectRace.start(
                this::connect,
                clock.eventLoop(),
                Duration.ofSeconds(15),
                new ConnectRace.Result(connected::add, failed::add));
        pass(Duration.ZERO);
    }

    @AfterEach
    void close() {
        tries.forEach(trying -> trying.channel().close());
        clock.close();
    }

    @Test
    void triesAgainEveryTwoSecondsBesideTriesThatHang() {
        assertThat(tries).hasSize(1);
        pass(Duration.ofMillis(1999));
        assertThat(tries).hasSize(1);
        pass(Duration.ofMillis(1));
        assertThat(tries).hasSize(2);
        pass(Duration.ofSeconds(2));
        assertThat(tries).hasSize(3).allMatch(trying -> trying.channel().isOpen());
    }

    @Test
    void takesTheFirstThatConnectsAndClosesTheOthers() {
        pass(Duration.ofSeconds(4));

        tries.get(1).setSuccess();
        tries.get(2).setSuccess();
        pass(Duration.ofMinutes(1));

        assertThat(connected).containsExactly(tries.get(1).channel());
        assertThat(tries).hasSize(3);
        assertThat(tries.get(0).channel().isOpen()).isFalse();
        assertThat(tries.get(1).channel().isOpen()).isTrue();
        assertThat(tries.get(2).channel().isOpen()).isFalse();
        assertThat(failed).isEmpty();
    }

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

            ConnectRace.start(
                    () -> bootstrap.connect("127.0.0.1", 9),
                    loop,
                    Duration.ofSeconds(15),
                    new ConnectRace.Result(none -> {}, why -> onLoop.complete(loop.inEventLoop())));

            assertThat(onLoop).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(true);
        } finally {
            loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void failsAtOnceWhenAnEdgeRefuses() {
        pass(Duration.ofSeconds(2));

        tries.get(1).setFailure(new ConnectException("refused"));
        pass(Duration.ofMinutes(1));

        assertThat(failed).hasSize(1).first().isInstanceOf(ConnectException.class);
        assertThat(tries).hasSize(2);
        assertThat(tries.get(0).channel().isOpen()).isFalse();
    }

    @Test
    void mindsNoTryThatTimesOutBeforeTheLimitOfAll() {
        tries.get(0).setFailure(new ConnectTimeoutException("one"));
        pass(Duration.ofMillis(14_999));
        assertThat(failed).isEmpty();

        pass(Duration.ofMillis(1));

        assertThat(failed).hasSize(1).first().asString().contains("no answer within 15000 ms");
        assertThat(tries.subList(1, tries.size()))
                .isNotEmpty()
                .noneMatch(trying -> trying.channel().isOpen());
    }

    @Test
    void givesOneTryNoMoreThanTheLimitOfAll() {
        assertThat(ConnectRace.limitOfOne(Duration.ofSeconds(1))).hasSeconds(1);
        assertThat(ConnectRace.limitOfOne(Duration.ofSeconds(15))).hasSeconds(6);
    }

    private ChannelFuture connect() {
        ChannelPromise promise = new DefaultChannelPromise(new EmbeddedChannel(), clock.eventLoop());
        tries.add(promise);
        return promise;
    }

    /** In steps: what is repeated counts from its last time. */
    private void pass(Duration time) {
        Duration left = time;
        do {
            Duration step = left.compareTo(Duration.ofSeconds(1)) < 0 ? left : Duration.ofSeconds(1);
            clock.advanceTimeBy(step.toNanos(), TimeUnit.NANOSECONDS);
            clock.runPendingTasks();
            left = left.minus(step);
        } while (!left.isZero());
    }
}
