package dev.adit.connector.admin;

import dev.adit.proxy.net.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens at one address and answers with {@link Endpoints}. Its connections are confined to one event loop; what is public
 * may be called from any thread.
 */
public final class AdminServer {
    /** How long a request may take to arrive, and its answer to be made and written; cloudflared's limits. */
    public static final Duration LIMIT = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(AdminServer.class);

    private static final int FIRST_USUAL_PORT = 20_241;
    private static final int USUAL_PORTS = 5;

    /** A few scrapers and a person; more are closed at once. */
    private static final int MAX_CONNECTIONS = 64;

    private static final int MAX_LINE_BYTES = 4 << 10;
    private static final int MAX_HEADER_BYTES = 8 << 10;
    private static final int MAX_BODY_BYTES = 64 << 10;

    private final Endpoints endpoints;
    private final EventLoop loop;
    private final Channel listener;
    private final AdminAddress address;
    private final Set<AdminConnection> connections = new HashSet<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private boolean closing;

    private AdminServer(AdminAddress wanted, Endpoints endpoints, Transport transport, EventLoop loop)
            throws IOException {
        this.endpoints = endpoints;
        this.loop = loop;
        listener = open(wanted, transport);
        address = listener.localAddress() instanceof InetSocketAddress bound ? AdminAddress.Tcp.of(bound) : wanted;
    }

    /**
     * Listens at {@code address}; not for an event loop.
     *
     * @param loop of {@code transport}; serves all connections
     * @throws IOException if the address can't be had; the message says which and why
     */
    public static AdminServer open(AdminAddress address, Endpoints endpoints, Transport transport, EventLoop loop)
            throws IOException {
        AdminServer server = new AdminServer(address, endpoints, transport, loop);
        log.info("Starting metrics server on {}/metrics", server.address);
        return server;
    }

    /** Where it listens, with the port that it got. */
    public AdminAddress address() {
        return address;
    }

    /** Takes no more requests, answers those that are there, frees its address and then completes; at the latest after {@code limit}. */
    public CompletableFuture<Void> close(Duration limit) {
        loop.execute(() -> startClose(limit));
        return closed;
    }

    private void startClose(Duration limit) {
        if (closing) {
            return;
        }
        closing = true;
        listener.close();
        if (address instanceof AdminAddress.Unix socket) {
            deleteQuietly(socket.path());
        }
        List.copyOf(connections).forEach(AdminConnection::leave);
        loop.schedule(this::finish, limit.toNanos(), TimeUnit.NANOSECONDS);
        finishIfAllLeft();
    }

    private void finish() {
        List.copyOf(connections).forEach(AdminConnection::close);
    }

    private void finishIfAllLeft() {
        if (closing && connections.isEmpty()) {
            // A listener of NIO that was closed listens until its loop selects again; what is scheduled runs after
            // that.
            loop.schedule(this::complete, 0, TimeUnit.NANOSECONDS);
        }
    }

    private void complete() {
        if (!closed.isDone()) {
            log.info("Metrics server stopped");
            closed.complete(null);
        }
    }

    /** Whether there is room for {@code connection}. */
    boolean arrived(AdminConnection connection) {
        return !closing && connections.size() < MAX_CONNECTIONS && connections.add(connection);
    }

    void left(AdminConnection connection) {
        connections.remove(connection);
        finishIfAllLeft();
    }

    private Channel open(AdminAddress wanted, Transport transport) throws IOException {
        if (wanted instanceof AdminAddress.Tcp tcp) {
            return bind(transport.serverSocket(), socketAddress(tcp), wanted);
        }
        if (wanted instanceof AdminAddress.Unix unix) {
            deleteStale(unix.path());
            Channel bound = bind(transport.serverUnixSocket(), transport.unixAddress(unix.path()), wanted);
            Files.setPosixFilePermissions(unix.path(), PosixFilePermissions.fromString("rw-------"));
            return bound;
        }
        Channel usual = IntStream.range(FIRST_USUAL_PORT, FIRST_USUAL_PORT + USUAL_PORTS)
                .mapToObj(port -> tryBind(
                        transport.serverSocket(), new InetSocketAddress(InetAddress.getLoopbackAddress(), port)))
                .filter(ChannelFuture::isSuccess)
                .map(ChannelFuture::channel)
                .findFirst()
                .orElse(null);
        return usual == null
                ? bind(transport.serverSocket(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), wanted)
                : usual;
    }

    private static InetSocketAddress socketAddress(AdminAddress.Tcp tcp) {
        return tcp.host().isEmpty() ? new InetSocketAddress(tcp.port()) : new InetSocketAddress(tcp.host(), tcp.port());
    }

    private Channel bind(Class<? extends ServerChannel> type, SocketAddress where, AdminAddress wanted)
            throws IOException {
        ChannelFuture bound = tryBind(type, where);
        if (!bound.isSuccess()) {
            throw new IOException("failed to bind to address " + wanted + ": " + reason(bound.cause()), bound.cause());
        }
        return bound.channel();
    }

    private ChannelFuture tryBind(Class<? extends ServerChannel> type, SocketAddress where) {
        return new ServerBootstrap()
                .group(loop)
                .channel(type)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        addHandlers(channel);
                    }
                })
                .bind(where)
                .awaitUninterruptibly();
    }

    private void addHandlers(Channel channel) {
        // AdminConnection reads, one request at a time and the next one when the answer has left.
        channel.config().setAutoRead(false);
        channel.pipeline()
                .addLast(
                        new HttpServerCodec(MAX_LINE_BYTES, MAX_HEADER_BYTES, MAX_BODY_BYTES),
                        new HttpServerKeepAliveHandler(),
                        new HttpObjectAggregator(MAX_BODY_BYTES, true),
                        new AdminConnection(this, endpoints, channel));
    }

    private static String reason(@Nullable Throwable cause) {
        if (cause instanceof UnresolvedAddressException) {
            return "no such host";
        }
        return cause == null ? "canceled" : String.valueOf(cause.getMessage());
    }

    /** A process that was killed leaves its socket behind; one that lives is left alone. */
    private static void deleteStale(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        if (Files.isRegularFile(path) || Files.isDirectory(path)) {
            throw new IOException("failed to bind to address " + AdminAddress.UNIX + path + ": it is no socket");
        }
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            throw new IOException("failed to bind to address " + AdminAddress.UNIX + path
                    + ": another process listens there (" + probe.getRemoteAddress() + ")");
        } catch (ConnectException e) {
            Files.deleteIfExists(path);
        }
    }

    private static void deleteQuietly(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            log.warn("{} can't be deleted: {}", path, e.toString());
        }
    }
}
