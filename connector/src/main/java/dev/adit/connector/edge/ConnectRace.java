package dev.adit.connector.edge;

import dev.adit.proxy.net.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens one TCP connection to an edge. While nothing answers it tries anew every two seconds beside the tries that hang,
 * because the kernel repeats a lost packet ever more rarely: 1, 3, 7 and 15 s after the first. So a path that is back is
 * found within two seconds. Confined to one event loop.
 */
final class ConnectRace {
    private static final Duration AGAIN = Duration.ofSeconds(2);

    /** The kernel has repeated its packet twice by then, and two later tries are under way. */
    private static final Duration ONE_TRY = Duration.ofSeconds(6);

    private final Supplier<ChannelFuture> connect;
    private final EventLoop loop;
    private final Result result;
    private final List<Channel> tries = new ArrayList<>();
    private @Nullable Future<?> next;
    private @Nullable Future<?> deadline;
    private boolean over;

    private ConnectRace(Supplier<ChannelFuture> connect, EventLoop loop, Result result) {
        this.connect = connect;
        this.loop = loop;
        this.result = result;
    }

    /**
     * Who hears of the end.
     *
     * @param connected gets the connection, which nothing was sent on
     * @param failed gets the reason if there is none
     */
    record Result(Consumer<Channel> connected, Consumer<Throwable> failed) {}

    /** The limit of each try, where {@code limit} is that of all. */
    static Duration limitOfOne(Duration limit) {
        return limit.compareTo(ONE_TRY) < 0 ? limit : ONE_TRY;
    }

    /** Connects by {@code connect}, which is called on {@code loop}; tells {@code result} there, once, within {@code limit}. */
    static void start(Supplier<ChannelFuture> connect, EventLoop loop, Duration limit, Result result) {
        ConnectRace race = new ConnectRace(connect, loop, result);
        loop.execute(() -> race.run(limit));
    }

    private void run(Duration limit) {
        deadline = loop.schedule(
                () -> fail(new ConnectTimeoutException("no answer within " + limit.toMillis() + " ms")),
                limit.toMillis(),
                TimeUnit.MILLISECONDS);
        next = loop.scheduleWithFixedDelay(this::connect, 0, AGAIN.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void connect() {
        ChannelFuture trying = connect.get();
        tries.add(trying.channel());
        // Without a file descriptor left there is no channel, and Netty tells on a thread of its own.
        trying.addListener(done -> Transport.onLoop(loop, () -> tried(trying)));
    }

    private void tried(ChannelFuture trying) {
        tries.remove(trying.channel());
        if (over) {
            trying.channel().close();
        } else if (trying.isSuccess()) {
            finish();
            result.connected.accept(trying.channel());
        } else if (!(trying.cause() instanceof ConnectTimeoutException)) {
            fail(trying.cause());
        }
    }

    private void fail(Throwable why) {
        finish();
        result.failed.accept(why);
    }

    private void finish() {
        over = true;
        cancel(next);
        cancel(deadline);
        List.copyOf(tries).forEach(Channel::close);
    }

    private static void cancel(@Nullable Future<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
