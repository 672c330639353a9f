package dev.adit.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LoopLocalTest {
    private final MultiThreadIoEventLoopGroup group = Transport.NIO.group(3, "test");
    private final MultiThreadIoEventLoopGroup other = Transport.NIO.group(1, "other");

    @AfterEach
    void shutDown() {
        group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
        other.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void makesOneValueForEachLoop() {
        LoopLocal<Object> values = new LoopLocal<>(group, loop -> new Object[] {loop});

        for (EventExecutor loop : group) {
            assertThat(values.get((EventLoop) loop)).isEqualTo(new Object[] {loop});
            assertThat(values.get((EventLoop) loop)).isSameAs(values.get((EventLoop) loop));
        }
    }

    @Test
    void refusesALoopOfAnotherGroup() {
        LoopLocal<Object> values = new LoopLocal<>(group, loop -> "value");

        assertThatThrownBy(() -> values.get(other.next())).isInstanceOf(IllegalArgumentException.class);
    }
}
