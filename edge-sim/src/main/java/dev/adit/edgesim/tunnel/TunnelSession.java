package dev.adit.edgesim.tunnel;

import dev.adit.connector.wire.RegistrationOutcome;
import dev.adit.connector.wire.RegistrationRequest;
import dev.adit.edgesim.guard.FrameGuard;
import dev.adit.edgesim.guard.Newcomers;
import dev.adit.edgesim.h2.ConnectionListener;
import dev.adit.edgesim.h2.Http2ClientConnection;
import dev.adit.edgesim.h2.Http2ClientLimits;
import dev.adit.edgesim.h2.SimStream;
import dev.adit.edgesim.h2.StreamListener;
import dev.adit.edgesim.h2.StreamRequest;
import dev.adit.edgesim.link.Link;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2Error;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a connector: we are its HTTP/2 client, on a socket that it dialled.
 *
 * <pre>
 *   CONNECTED ──registered──► REGISTERED ──configuration applied, or none to push──► SERVING
 *       │ refused                                                 unregistered, or control stream over │
 *       └────────────────────────────► DRAINING ◄──────────────────────────────────────────────────────┘
 *   any ──TCP closed──► CLOSED
 * </pre>
 *
 * Confined to the event loop of its channel, except where a method says that it may be called from any thread.
 */
public final class TunnelSession {
    private static final Logger log = LoggerFactory.getLogger(TunnelSession.class);
    // A connector ends its control stream right after it was refused or unregistered; this is for one that does not.
    private static final Duration CONTROL_END_LIMIT = Duration.ofSeconds(1);
    // Twice cloudflared's own limit for the call.
    private static final Duration REGISTRATION_LIMIT = Duration.ofSeconds(10);
    // Longer than a registration may take: for what is begun and not completed later.
    private static final Duration FRAME_LIMIT = Duration.ofSeconds(30);
    // A connector that does not answer the push gets traffic all the same.
    private static final Duration CONFIGURATION_LIMIT = Duration.ofSeconds(5);

    private enum State {
        CONNECTED,
        REGISTERED,
        SERVING,
        DRAINING,
        CLOSED
    }

    private final Channel channel;
    private final TunnelDirectory directory;
    private final Misbehavior misbehavior;
    private final Link link;
    private final EdgeSite site;
    private final UUID id = UUID.randomUUID();
    private final Http2ClientConnection connection;
    private final RegistrationServer control;
    private final RoundTrip roundTrip;
    private State state = State.CONNECTED;
    private boolean controlOver;
    private @Nullable Tunnel tunnel;
    private volatile @Nullable RegistrationRequest registration;
    private volatile @Nullable Instant registeredAt;
    private volatile @Nullable String localConfiguration;

    TunnelSession(Link link, EdgeSite site, TunnelDirectory directory, Misbehavior misbehavior) {
        this.link = link;
        this.site = site;
        channel = link.channel();
        this.directory = directory;
        this.misbehavior = misbehavior;
        connection = Http2ClientConnection.create(Http2ClientLimits.defaults(), new Events());
        roundTrip = new RoundTrip(channel, connection);
        control = new RegistrationServer(new Desk(), channel.alloc());
    }

    /** Speaks HTTP/2 from now on. */
    void start(ChannelPipeline pipeline) {
        pipeline.addLast(new FrameGuard(connection, FRAME_LIMIT), connection, new ConnectorTail());
        later(REGISTRATION_LIMIT, () -> {
            if (state == State.CONNECTED) {
                log.info("no registration in time from={}", channel.remoteAddress());
                channel.close();
            }
        });
    }

    /** Opens a stream to the connector. On the event loop only. */
    public SimStream open(StreamRequest request, StreamListener listener) {
        SimStream stream = connection.open(request, listener);
        misbehavior.opened(this, stream);
        return stream;
    }

    /** Opens a stream of the edge's own, with which nothing goes wrong on purpose. */
    SimStream openOwn(StreamRequest request, StreamListener listener) {
        return connection.open(request, listener);
    }

    /** The tunnel that it is registered for; null before. On the event loop only. */
    public @Nullable Tunnel tunnel() {
        return tunnel;
    }

    /** The path to the connector. On the event loop only. */
    public Link link() {
        return link;
    }

    /** The HTTP/2 connection, for whoever wants to send what an edge should not. On the event loop only. */
    public Http2ClientConnection http2() {
        return connection;
    }

    /** Whether it takes a new request. On the event loop only. */
    public boolean isUsable() {
        return state == State.SERVING && connection.isUsable();
    }

    /** Whether it only finishes what it has: a replacement may register before it is gone. On the event loop only. */
    boolean isLeaving() {
        return state == State.DRAINING || connection.connection().goAwaySent();
    }

    /** What the connector said when it registered. From any thread. */
    public RegistrationRequest registration() {
        return Objects.requireNonNull(registration, "not registered");
    }

    /** The number of this connection among those of its connector. From any thread. */
    public int connIndex() {
        return registration().connIndex();
    }

    /** Its id, as the connector was told. From any thread. */
    public UUID id() {
        return id;
    }

    /** When it was registered. From any thread. */
    public Instant registeredAt() {
        return Objects.requireNonNull(registeredAt, "not registered");
    }

    /** Where the connector dials from. From any thread. */
    public InetSocketAddress remoteAddress() {
        return (InetSocketAddress) channel.remoteAddress();
    }

    /** The address of the edge that the connector dialled. From any thread. */
    public InetSocketAddress edgeAddress() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** The region of that address, its location code and its rule for duplicates. From any thread. */
    public EdgeSite site() {
        return site;
    }

    /** Its region's code, as the connector was told. From any thread. */
    public String location() {
        return site.location();
    }

    /** Where the connector dials from, without port. From any thread. */
    public String address() {
        return remoteAddress().getAddress().getHostAddress();
    }

    /** How long the latest PING and its answer took; null before the first answer. From any thread. */
    public @Nullable Duration roundTrip() {
        return roundTrip.last();
    }

    /** Sends a PING now, unless one is on its way. On the event loop only. */
    public void measureRoundTrip() {
        if (connection.isUsable()) {
            roundTrip.ping();
        }
    }

    /** The configuration that the connector reported, as JSON; null if it did not. From any thread. */
    public @Nullable String localConfiguration() {
        return localConfiguration;
    }

    /** Streams that are open now, the control stream included. On the event loop only. */
    public int openStreams() {
        return connection.openStreams();
    }

    /** Sends {@code json} as the tunnel's configuration; completes with the connector's answer. From any thread. */
    public CompletableFuture<String> pushConfiguration(String json) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        onLoop(() -> RemoteConfiguration.push(this, json).whenComplete((text, failure) -> {
            if (failure != null) {
                answer.completeExceptionally(failure);
            } else {
                answer.complete(text);
            }
        }));
        return answer;
    }

    /** Sends GOAWAY. From any thread. */
    public void sayGoAway() {
        onLoop(() -> connection.sayGoAway(Http2Error.NO_ERROR));
    }

    /** Closes the TCP connection at once, as an edge does that goes away. From any thread. */
    public void closeTcp() {
        onLoop(channel::close);
    }

    /** Reads nothing more from the connector until {@link #resumeReads}. From any thread. */
    public void pauseReads() {
        onLoop(() -> link.pauseReads(true));
    }

    /** Reads again. From any thread. */
    public void resumeReads() {
        onLoop(() -> link.pauseReads(false));
    }

    private void onLoop(Runnable task) {
        channel.eventLoop().execute(task);
    }

    private void later(Duration delay, Runnable task) {
        channel.eventLoop().schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void registered(Tunnel served) {
        state = State.REGISTERED;
        tunnel = served;
        Newcomers.settled(channel);
        served.register(this);
        roundTrip.start();
        misbehavior.registered(this);
        // After the answer went out: HEADERS would overtake it.
        onLoop(() -> configure(served));
    }

    private void configure(Tunnel served) {
        Configuration configuration = served.configuration();
        if (configuration == null) {
            serve(served);
            return;
        }
        RemoteConfiguration.push(this, configuration.message())
                .orTimeout(CONFIGURATION_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((answer, failure) -> onLoop(() -> {
                    if (failure != null) {
                        log.warn("tunnel={} connIndex={} {}", served.name(), connIndex(), failure.toString());
                    }
                    serve(served);
                }));
    }

    private void serve(Tunnel served) {
        if (state == State.REGISTERED) {
            state = State.SERVING;
            log.info(
                    "registered tunnel={} connIndex={} connector={}",
                    served.name(),
                    connIndex(),
                    registration().options().client().id());
            served.serve(this);
        }
    }

    // No new streams; closes as soon as those that run are done and the connector has ended its control stream.
    private void drain() {
        if (state == State.DRAINING || state == State.CLOSED) {
            return;
        }
        state = State.DRAINING;
        Tunnel served = tunnel;
        if (served != null) {
            served.retire(this);
        }
        later(CONTROL_END_LIMIT, () -> {
            controlOver = true;
            closeIfIdle();
        });
        closeIfIdle();
    }

    private void closeIfIdle() {
        // In a task: what was just written is flushed at the end of this turn, and streams are still being closed.
        onLoop(() -> {
            int controlStreams = connection.connection().stream(1) == null ? 0 : 1;
            if (state == State.DRAINING && controlOver && connection.openStreams() <= controlStreams) {
                channel.close();
            }
        });
    }

    /** What happens on the connection beside its streams. */
    private final class Events implements ConnectionListener {
        @Override
        public void ready() {
            control.attach(connection.open(ControlStream.request(), control));
        }

        @Override
        public void streamClosed(int streamId) {
            if (state == State.DRAINING) {
                closeIfIdle();
            }
        }

        @Override
        public void pong(long data) {
            roundTrip.pong(data);
        }

        @Override
        public void closed() {
            state = State.CLOSED;
            roundTrip.stop();
            Tunnel served = tunnel;
            if (served != null) {
                served.remove(TunnelSession.this);
                log.info("gone tunnel={} connIndex={}", served.name(), connIndex());
            }
        }
    }

    /** Does what a connector asks for over its control stream. */
    private final class Desk implements Registrar {
        @Override
        public @Nullable RegistrationOutcome register(RegistrationRequest request) {
            Tunnel wanted = directory.byId(request.tunnelId());
            RegistrationFault fault = misbehavior.registering(link, wanted, request.connIndex());
            Admission admission = fault == null ? judge(request, wanted) : Admission.of(fault);
            if (admission instanceof Admission.Refused refused) {
                log.info(
                        "refused from={} cause={}",
                        channel.remoteAddress(),
                        refused.why().cause());
                if (state == State.CONNECTED) {
                    drain();
                }
                return refused.why();
            }
            if (admission instanceof Admission.Closed || state != State.CONNECTED) {
                channel.close();
                return null;
            }
            if (admission instanceof Admission.Admitted admitted) {
                registration = request;
                registeredAt = Instant.now();
                registered(admitted.tunnel());
                return new RegistrationOutcome.Registered(
                        id, site.location(), admitted.tunnel().configuration() != null);
            }
            return null;
        }

        private Admission judge(RegistrationRequest request, @Nullable Tunnel wanted) {
            return state == State.CONNECTED ? Admission.of(request, TunnelSession.this, wanted) : Admission.duplicate();
        }

        @Override
        public void localConfiguration(String json) {
            localConfiguration = json;
        }

        @Override
        public void unregister() {
            drain();
        }

        @Override
        public void controlEnded(String why) {
            log.debug("control stream over from={} {}", channel.remoteAddress(), why);
            controlOver = true;
            drain();
            closeIfIdle();
        }
    }
}
