package dev.adit.edgesim;

import dev.adit.edgesim.admin.AdminLimits;
import dev.adit.edgesim.admin.AdminServer;
import dev.adit.edgesim.admin.AdminSettings;
import dev.adit.edgesim.admin.ApiToken;
import dev.adit.edgesim.admin.Routes;
import dev.adit.edgesim.api.Api;
import dev.adit.edgesim.api.ApiSettings;
import dev.adit.edgesim.console.Console;
import dev.adit.edgesim.console.EdgeFacts;
import dev.adit.edgesim.dns.DnsServer;
import dev.adit.edgesim.eyeball.EyeballListener;
import dev.adit.edgesim.eyeball.EyeballSettings;
import dev.adit.edgesim.eyeball.PublicRequest;
import dev.adit.edgesim.eyeball.RayIds;
import dev.adit.edgesim.fault.Fault;
import dev.adit.edgesim.fault.FaultDesk;
import dev.adit.edgesim.fault.FaultEvent;
import dev.adit.edgesim.fault.FaultOrder;
import dev.adit.edgesim.fault.FaultPlan;
import dev.adit.edgesim.fault.Profile;
import dev.adit.edgesim.fault.ProfilePlayer;
import dev.adit.edgesim.region.ListenAddress;
import dev.adit.edgesim.region.ListenException;
import dev.adit.edgesim.region.Regions;
import dev.adit.edgesim.state.SavedState;
import dev.adit.edgesim.state.StateFile;
import dev.adit.edgesim.tls.SimCertificates;
import dev.adit.edgesim.tls.SimTls;
import dev.adit.edgesim.tunnel.EdgeSite;
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
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A running simulator: tunnels on one side, eyeballs on the other. For any thread. */
public final class EdgeSim implements AutoCloseable {
    // Long enough for close_notify and the last bytes.
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    // Loopback answers at once, or nobody listens.
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    private final String bind;
    private final EventLoopGroup group;
    private final ChannelGroup channels;
    private final TunnelDirectory directory;
    private final FaultDesk faults;
    private final Console console;
    private final String caFile;
    private final ProfilePlayer player;
    private final SimCertificates certificates;
    private final ServerBootstrap template;
    private final Regions regions;
    private final @Nullable InetSocketAddress dnsAddress;
    private final RecentRequests requests = new RecentRequests();
    private final Ports ports;
    private final Routes routes = new Routes();
    private final ApiToken apiToken;
    private final ApiToken loginKey = ApiToken.random();
    private final @Nullable StateFile stateFile;
    private final String apiHost;
    private final int apiPort;

    private EdgeSim(EdgeSimOptions options) throws PortInUseException {
        bind = options.bind();
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
        template = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true);
        EdgeOptions edge = options.edge();
        SimTls tls = new SimTls(certificates, edge.postQuantum(), edge.certificate());
        regions = new Regions(options.regions(), group.next(), template);
        faults = new FaultDesk(directory, new EdgeControls(regions, tls), group.next(), new SplittableRandom());
        player = new ProfilePlayer(faults, group.next());
        caFile = options.caFile();
        console = new Console(directory, faults, this::facts, group.next());
        console.route(routes);
        EyeballSettings settings = new EyeballSettings(
                directory,
                options.requestLog().andThen(requests::add).andThen(console::add),
                new RayIds(),
                options.publicLimits(),
                options.country());
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
        try {
            openRegions(site -> new TunnelAcceptor(site, directory, faults.misbehavior(), tls));
            dnsAddress = edge.dnsPort() == null ? null : openDns(options.bind(), edge.dnsPort());
            Ports wanted = options.ports();
            ports = new Ports(
                    regions.addresses().get(0).getPort(),
                    bind(options.bind(), wanted.https(), "https", EyeballListener.secure(settings, tls)),
                    wanted.http() == Ports.OFF
                            ? Ports.OFF
                            : bind(options.bind(), wanted.http(), "http", EyeballListener.plain(settings)));
            apiPort = admin.port() == AdminOptions.OFF
                    ? AdminOptions.OFF
                    : bind(options.bind(), admin.port(), "api", new AdminServer(adminSettings(admin)));
        } catch (PortInUseException e) {
            close();
            throw e;
        }
    }

    private void openRegions(Function<EdgeSite, TunnelAcceptor> acceptors) throws PortInUseException {
        try {
            regions.open(acceptors);
        } catch (ListenException e) {
            throw new PortInUseException("tunnel", ListenAddress.text(e.address()), e);
        }
    }

    private InetSocketAddress openDns(String bind, int port) throws PortInUseException {
        Map<String, List<InetSocketAddress>> places = new LinkedHashMap<>();
        regions.names().forEach(name -> places.put(name, regions.addresses(name)));
        InetSocketAddress wanted = new InetSocketAddress(bind, port);
        try {
            return new DnsServer(places).open(wanted, template, channels::add);
        } catch (IOException e) {
            throw new PortInUseException("dns", ListenAddress.text(wanted), e);
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

    /** Where connectors find it, region by region. */
    public List<InetSocketAddress> tunnelAddresses() {
        return regions.addresses();
    }

    /** Its regions, which come and go on the event loop. */
    public Regions regions() {
        return regions;
    }

    /** Where it answers DNS questions, over UDP and TCP; null if nowhere. */
    public @Nullable InetSocketAddress dnsAddress() {
        return dnsAddress;
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

    /**
     * The next public request that is over, in the order of their ends; each is given once. Of those that nobody took
     * the last 1,000 are kept.
     *
     * @throws TimeoutException if there is none within {@code limit}
     */
    public PublicRequest takeRequest(Duration limit) throws InterruptedException, TimeoutException {
        return requests.take(limit);
    }

    /** How many public requests were dropped before anybody took them. */
    public long droppedRequests() {
        return requests.dropped();
    }

    /** The last public requests that are over, taken or not, oldest first: at most 20. */
    public List<PublicRequest> lastRequests() {
        return requests.last();
    }

    /**
     * A new client for which every host name leads to this simulator's plain port: {@code http://ci.example.test/} needs
     * no name service. It speaks HTTP/1.1 and follows no redirects; WebSockets and {@code https} it can't.
     */
    public HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                // As a proxy: the request names its host, and nobody looks it up.
                .proxy(ProxySelector.of(httpAddress()))
                .connectTimeout(CONNECT_LIMIT)
                .build();
    }

    /** Where eyeballs find plain HTTP/1.1. */
    public InetSocketAddress httpAddress() {
        return new InetSocketAddress(bind, ports.http());
    }

    /** Lets {@code fault} happen to every connection: once, or until it is healed. From any thread but the event loop. */
    public FaultEvent inject(Fault fault) {
        return inject(FaultOrder.of(fault));
    }

    /**
     * Lets {@code order} take effect; it has when this returns. From any thread but the event loop.
     *
     * @throws IllegalArgumentException if its scope names a tunnel or a region that there isn't
     */
    public FaultEvent inject(FaultOrder order) {
        return onLoop(() -> faults.inject(order));
    }

    /** Ends all faults. From any thread but the event loop. */
    public void heal() {
        onLoop(() -> {
            faults.heal();
            return true;
        });
    }

    /** Ends the fault with that number; false if it is over already. From any thread but the event loop. */
    public boolean heal(long sequence) {
        return onLoop(() -> faults.heal(sequence));
    }

    /** The faults that began and ended, the oldest first. From any thread. */
    public List<FaultEvent> faults() {
        return faults.events();
    }

    /** Lets the faults of {@code profile} happen by themselves from now on, the same for the same seed. From any thread. */
    public void play(Profile profile, long seed) {
        loop().execute(() -> player.play(FaultPlan.of(profile, seed)));
    }

    /** Lets no more faults happen by themselves; those that last go on until they are over. From any thread. */
    public void stopPlaying() {
        loop().execute(player::stop);
    }

    /** Where faults are ordered, for those who are on the event loop. */
    public FaultDesk faultDesk() {
        return faults;
    }

    private <T> T onLoop(Callable<T> task) {
        if (loop().inEventLoop()) {
            throw new IllegalStateException("would wait for itself");
        }
        Future<T> done = loop().submit(task).awaitUninterruptibly();
        Throwable failure = done.cause();
        if (failure instanceof RuntimeException known) {
            throw known;
        }
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
        return done.getNow();
    }

    /** The one event loop, for calls to {@link TunnelSession#open} and to the streams it gives. */
    public EventLoop loop() {
        return group.next();
    }

    /** How many sockets are open, the listeners included. From any thread. */
    int openSockets() {
        return channels.size() + regions.openSockets();
    }

    private EdgeFacts facts() {
        return new EdgeFacts(apiHost, ports.tunnel(), ports.https(), ports.http(), caFile);
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
        ChannelFuture bound = template.clone()
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
        if (!group.isShuttingDown()) {
            // A connection behind a black hole would not hear that it is closed.
            stopPlaying();
            heal();
        }
        regions.close(STOP_LIMIT);
        channels.close().awaitUninterruptibly(STOP_LIMIT.toMillis());
        group.shutdownGracefully(0, STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly();
        StateFile file = stateFile;
        if (file != null) {
            file.close();
        }
    }
}
