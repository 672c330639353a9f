package dev.adit.edgesim;

import dev.adit.edgesim.admin.AdminLimits;
import dev.adit.edgesim.admin.AdminServer;
import dev.adit.edgesim.admin.AdminSettings;
import dev.adit.edgesim.admin.ApiToken;
import dev.adit.edgesim.admin.Routes;
import dev.adit.edgesim.api.Api;
import dev.adit.edgesim.api.ApiSettings;
import dev.adit.edgesim.eyeball.EyeballListener;
import dev.adit.edgesim.eyeball.EyeballSettings;
import dev.adit.edgesim.eyeball.RayIds;
import dev.adit.edgesim.state.SavedState;
import dev.adit.edgesim.state.StateFile;
import dev.adit.edgesim.tls.SimCertificates;
import dev.adit.edgesim.tls.SimTls;
import dev.adit.edgesim.tunnel.RegistrationFault;
import dev.adit.edgesim.tunnel.RegistrationFaults;
import dev.adit.edgesim.tunnel.TunnelAcceptor;
import dev.adit.edgesim.tunnel.TunnelDirectory;
import dev.adit.edgesim.tunnel.TunnelSession;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A running simulator: tunnels on one side, eyeballs on the other. For any thread. */
public final class EdgeSim implements AutoCloseable {
    // Long enough for close_notify and the last bytes.
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private final EventLoopGroup group;
    private final ChannelGroup channels;
    private final TunnelDirectory directory;
    private final RegistrationFaults faults = new RegistrationFaults();
    private final SimCertificates certificates;
    private final Ports ports;
    private final Routes routes = new Routes();
    private final ApiToken apiToken;
    private final ApiToken loginKey = ApiToken.random();
    private final @Nullable StateFile stateFile;
    private final String apiHost;
    private final int apiPort;

    private EdgeSim(EdgeSimOptions options) throws PortInUseException {
        AdminOptions admin = options.admin();
        Foundation foundation = Foundation.of(options);
        stateFile = foundation.file();
        apiToken = foundation.apiToken();
        apiHost = options.bind().indexOf(':') < 0 ? options.bind() : "[" + options.bind() + "]";
        directory = new TunnelDirectory(foundation.tunnels());
        certificates = foundation.certificates();
        group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("edge-sim", true), NioIoHandler.newFactory());
        channels = new DefaultChannelGroup(group.next());
        SimTls tls = new SimTls(certificates);
        EyeballSettings settings = new EyeballSettings(
                directory, options.requestLog(), new RayIds(), options.publicLimits(), options.country());
        new Api(
                        directory,
                        new ApiSettings(
                                foundation.saved(),
                                admin.zones(),
                                admin.quickDomain(),
                                apiToken.reveal(),
                                foundation.authority()),
                        group.next(),
                        this::keep)
                .addTo(routes);
        Ports wanted = options.ports();
        try {
            ports = new Ports(
                    bind(options.bind(), wanted.tunnel(), "tunnel", new TunnelAcceptor(directory, faults, tls)),
                    bind(options.bind(), wanted.https(), "https", EyeballListener.secure(settings, tls)),
                    bind(options.bind(), wanted.http(), "http", EyeballListener.plain(settings)));
            apiPort = admin.port() == AdminOptions.OFF
                    ? AdminOptions.OFF
                    : bind(options.bind(), admin.port(), "api", new AdminServer(adminSettings(admin)));
        } catch (PortInUseException e) {
            close();
            throw e;
        }
    }

    /** Starts a simulator; it listens when this returns. */
    public static EdgeSim start(EdgeSimOptions options) throws PortInUseException {
        return new EdgeSim(options);
    }

    /** The ports it listens on. */
    public Ports ports() {
        return ports;
    }

    /** The certificate authority of its listeners, for {@code --cacert}. */
    public String caPem() {
        return certificates.caPem();
    }

    /** The certificate authority of its listeners. */
    public X509Certificate ca() {
        return certificates.ca();
    }

    /** The port of the API and the console; {@link AdminOptions#OFF} without them. */
    public int apiPort() {
        return apiPort;
    }

    /** Where the API and the console are, as a URL without path. */
    public String apiOrigin() {
        return "http://" + apiHost + ":" + apiPort;
    }

    /** The bearer token of the API. It is a credential. */
    public String apiToken() {
        return apiToken.reveal();
    }

    /** The link that opens the console, once. It is a credential. */
    public String loginLink() {
        return apiOrigin() + "/login?key=" + loginKey.reveal();
    }

    /** What the API's listener serves; for tests. */
    List<String> apiRoutes() {
        return routes.list();
    }

    /** The token that makes a connector serve the tunnel called {@code tunnel}. */
    public String token(String tunnel) {
        return directory.byName(tunnel).spec().token().encode();
    }

    /** The connections of a tunnel that take traffic now. */
    public List<TunnelSession> sessions(String tunnel) {
        return directory.byName(tunnel).sessions();
    }

    /** Completes when at least {@code count} connections of a tunnel take traffic; fails after {@code limit}. */
    public CompletableFuture<List<TunnelSession>> awaitServing(String tunnel, int count, Duration limit) {
        CompletableFuture<List<TunnelSession>> serving = new CompletableFuture<>();
        loop().execute(() -> directory.byName(tunnel).whenServing(count).thenAccept(serving::complete));
        return serving.orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Spoils the next registration that has no fault yet. */
    public void inject(RegistrationFault fault) {
        faults.add(fault);
    }

    /** The one event loop, for calls to {@link TunnelSession#open} and to the streams it gives. */
    public EventLoop loop() {
        return group.next();
    }

    private void keep(SavedState state) {
        StateFile file = stateFile;
        if (file != null) {
            file.save(state);
        }
    }

    private AdminSettings adminSettings(AdminOptions admin) {
        Set<String> hosts = new HashSet<>(admin.hosts());
        hosts.add(apiHost.toLowerCase(Locale.ROOT));
        return new AdminSettings(routes, apiToken, loginKey, hosts, AdminLimits.defaults());
    }

    private int bind(String address, int port, String what, ChannelInitializer<Channel> pipelines)
            throws PortInUseException {
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channels.add(channel);
                        channel.pipeline().addLast(pipelines);
                    }
                })
                .bind(new InetSocketAddress(address, port))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new PortInUseException(what, address + ":" + port, bound.cause());
        }
        channels.add(bound.channel());
        return ((InetSocketAddress) bound.channel().localAddress()).getPort();
    }

    /** Closes all connections and stops; returns when nothing runs any more. */
    @Override
    public void close() {
        channels.close().awaitUninterruptibly(STOP_LIMIT.toMillis());
        group.shutdownGracefully(0, STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly();
        StateFile file = stateFile;
        if (file != null) {
            file.close();
        }
    }
}
