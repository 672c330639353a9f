package dev.adit.edgesim.rehearse;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one stream open, opens it again when it breaks off or falls silent, and counts how often. Confined to one event
 * loop.
 */
final class StreamWatch {
    // Messages come every half second, or every second: five were missed.
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final EventLoop loop;
    private final Load.Target target;
    private final StreamKind kind;
    private final Supplier<Recording> recording;
    private @Nullable Channel channel;
    private boolean stopped;

    /** A watch over a stream of {@code kind}; {@code recording} says where to note what happens to it. */
    StreamWatch(EventLoop loop, Load.Target target, StreamKind kind, Supplier<Recording> recording) {
        this.loop = loop;
        this.target = target;
        this.kind = kind;
        this.recording = recording;
    }

    void start() {
        if (stopped) {
            return;
        }
        Attempt attempt = new Attempt();
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel opened) {
                        kind.open(opened.pipeline(), target.host(), attempt);
                    }
                })
                .connect(target.address());
        channel = connecting.channel();
        attempt.expectMessage();
        connecting.channel().closeFuture().addListener(closed -> attempt.ended());
    }

    void stop() {
        stopped = true;
        closeChannel();
    }

    private void closeChannel() {
        Channel open = channel;
        if (open != null) {
            open.close();
        }
    }

    /** One stream, from the attempt to open it to its end. */
    private final class Attempt implements StreamKind.Events {
        private boolean up;
        private boolean over;
        private int messages;

        @Override
        public void up() {
            up = true;
        }

        @Override
        public void message(Outcome outcome) {
            messages++;
            if (outcome == Outcome.WRONG && !stopped) {
                recording.get().wrongMessage(System.nanoTime());
            }
            expectMessage();
        }

        private void expectMessage() {
            int before = messages;
            loop.schedule(
                    () -> {
                        if (messages == before && !over) {
                            closeChannel();
                        }
                    },
                    SILENCE_LIMIT.toMillis(),
                    TimeUnit.MILLISECONDS);
        }

        private void ended() {
            over = true;
            if (stopped) {
                return;
            }
            if (up) {
                recording.get().cut();
            }
            loop.schedule(StreamWatch.this::start, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
