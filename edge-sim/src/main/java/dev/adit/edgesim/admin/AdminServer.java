package dev.adit.edgesim.admin;

import dev.adit.edgesim.eyeball.EyeballCodec;
import dev.adit.edgesim.guard.Newcomers;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.HttpDecoderConfig;
import java.util.HashSet;
import java.util.Set;

/** Builds the pipelines of the connections to the API and the console: plain HTTP/1.1. */
public final class AdminServer extends ChannelInitializer<Channel> {
    // The longest of our own request targets has some 300 bytes; browsers send some KiB of fields.
    private static final int MAX_LINE_BYTES = 8 * 1024;
    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

    private final AdminLimits limits;
    private final Gate gate;
    private final Newcomers connections;
    private final Streams streams;

    /** A server; it adds the route {@code GET /login} to those of {@code settings}. */
    public AdminServer(AdminSettings settings) {
        limits = settings.limits();
        Set<String> hosts = new HashSet<>(settings.hosts());
        hosts.addAll(LOOPBACK_NAMES);
        String cookie = "edge_sim_key";
        gate = new Gate(settings.routes(), settings.token(), cookie, hosts);
        connections = new Newcomers(limits.connections());
        streams = new Streams(limits.streams());
        Login login = new Login(settings.token(), settings.loginKey(), cookie);
        settings.routes().add(Access.OPEN, "GET /login", login::handle);
    }

    @Override
    protected void initChannel(Channel channel) {
        // The one thing that reads is AdminConnection, when it is ready for the next message.
        channel.config().setAutoRead(false);
        channel.config()
                .setWriteBufferWaterMark(new WriteBufferWaterMark(limits.backlogBytes() / 2, limits.backlogBytes()));
        channel.pipeline()
                .addLast(
                        connections.watch(),
                        new EyeballCodec(new HttpDecoderConfig()
                                .setMaxInitialLineLength(MAX_LINE_BYTES)
                                .setMaxHeaderSize(MAX_HEADER_BYTES)),
                        new AdminConnection(gate, new Deadline(channel, limits.patience()), streams));
    }

    /** Counts the endless answers. Confined to the event loop. */
    static final class Streams {
        private final int limit;
        private int open;

        private Streams(int limit) {
            this.limit = limit;
        }

        /** Whether there is room for one more; if so it has the place until {@code channel} closes. */
        boolean open(Channel channel) {
            if (open >= limit) {
                return false;
            }
            open++;
            channel.closeFuture().addListener(closed -> open--);
            return true;
        }
    }
}
