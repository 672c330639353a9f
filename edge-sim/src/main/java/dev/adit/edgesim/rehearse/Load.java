package dev.adit.edgesim.rehearse;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A steady load: requests at fixed times whether earlier ones were answered or not, and streams that never end.
 * Confined to one event loop.
 */
final class Load implements LoadListener {
    // Ten seconds without any answer at twice the usual rate; more would measure this machine.
    private static final int MAX_IN_FLIGHT = 1_024;
    // Half of what the edge gives an idle connection: none is taken that it may just be closing.
    private static final Duration MAX_IDLE = Duration.ofSeconds(10);
    private static final Duration TICK = Duration.ofMillis(10);

    private final EventLoop loop;
    private final Target target;
    private final long intervalNanos;
    private final Streak streak;
    private final Deque<LoadConnection> idle = new ArrayDeque<>();
    private final Set<LoadConnection> busy = new HashSet<>();
    private final List<StreamWatch> streams;
    private Recording recording;
    private long nextDueNanos;
    private long number;
    private boolean stopped;
    private @Nullable Future<?> ticker;

    /** A load of {@code rate} requests a second, noted in {@code recording}; {@code streak} is told how they end. */
    Load(EventLoop loop, Target target, Streak streak, Recording recording) {
        this.loop = loop;
        this.target = target;
        this.streak = streak;
        this.recording = recording;
        intervalNanos = TimeUnit.SECONDS.toNanos(1) / target.rate();
        streams = new ArrayList<>();
        for (int i = 0; i < target.streams().events(); i++) {
            streams.add(new StreamWatch(loop, target, new EventStream(), this::recording));
        }
        for (int i = 0; i < target.streams().sockets(); i++) {
            streams.add(new StreamWatch(loop, target, new SocketEcho(), this::recording));
        }
    }

    void start() {
        nextDueNanos = System.nanoTime();
        ticker = loop.scheduleAtFixedRate(this::tick, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
        streams.forEach(StreamWatch::start);
    }

    /** Ends everything; requests in flight are not noted any more. */
    void stop() {
        stopped = true;
        Future<?> running = ticker;
        if (running != null) {
            running.cancel(false);
        }
        streams.forEach(StreamWatch::stop);
        List.copyOf(busy).forEach(LoadConnection::close);
        List.copyOf(idle).forEach(LoadConnection::close);
    }

    /** Where requests are noted that are due from now on. */
    void record(Recording next) {
        recording = next;
    }

    Recording recording() {
        return recording;
    }

    private void tick() {
        long now = System.nanoTime();
        while (nextDueNanos - now <= 0) {
            send(new LoadRequest(number, LoadRequest.kindOf(number), nextDueNanos, recording));
            number++;
            nextDueNanos += intervalNanos;
        }
    }

    private void send(LoadRequest request) {
        request.recording().sent();
        if (busy.size() >= MAX_IN_FLIGHT) {
            note(request, Outcome.NOT_SENT);
            return;
        }
        LoadConnection connection = idleConnection();
        if (connection == null) {
            connection = new LoadConnection(target.host(), this);
            busy.add(connection);
            connection.begin(request);
            connect(connection);
        } else {
            busy.add(connection);
            connection.begin(request);
        }
    }

    private @Nullable LoadConnection idleConnection() {
        long now = System.nanoTime();
        while (!idle.isEmpty() && now - idle.peekLast().idleSinceNanos() > MAX_IDLE.toNanos()) {
            idle.removeLast().close();
        }
        return idle.pollFirst();
    }

    private void connect(LoadConnection connection) {
        new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpClientCodec(), connection);
                    }
                })
                .connect(target.address())
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        connection.giveUp(Outcome.BROKEN);
                    }
                });
    }

    @Override
    public void ended(LoadConnection connection, Outcome outcome) {
        LoadRequest request = connection.current();
        if (request != null && !stopped) {
            note(request, outcome);
        }
        busy.remove(connection);
        if (connection.clear()) {
            idle.addFirst(connection);
        }
    }

    private void note(LoadRequest request, Outcome outcome) {
        if (request.recording().ended(request.dueNanos(), outcome, System.nanoTime())) {
            streak.good(request.dueNanos());
        } else {
            streak.bad(request.dueNanos());
        }
    }

    @Override
    public void gone(LoadConnection connection) {
        idle.remove(connection);
    }

    /**
     * Where the load goes.
     *
     * @param address the edge's plain HTTP port
     * @param host whom it asks for
     * @param rate requests a second, from 1 on
     * @param streams what is kept open beside
     */
    record Target(InetSocketAddress address, String host, int rate, Streams streams) {
        /** With one stream of each kind. */
        Target(InetSocketAddress address, String host, int rate) {
            this(address, host, rate, new Streams(1, 1));
        }
    }

    /**
     * Streams that never end.
     *
     * @param events streams of server-sent events
     * @param sockets WebSockets
     */
    record Streams(int events, int sockets) {}
}
