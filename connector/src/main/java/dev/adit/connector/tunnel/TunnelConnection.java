package dev.adit.connector.tunnel;

import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.edge.EdgeFailure;
import dev.adit.connector.wire.RegistrationOutcome;
import dev.adit.connector.wire.RegistrationRequest;
import dev.adit.proxy.h2.Http2ConnectionObserver;
import dev.adit.proxy.h2.Http2Limits;
import dev.adit.proxy.h2.Http2ServerBuilder;
import dev.adit.proxy.h2.Http2ServerConnection;
import dev.adit.proxy.http.Downstream;
import dev.adit.proxy.http.Exchange;
import dev.adit.proxy.http.Failure;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HA connection, from dial to end; it is not used again. Confined to its event loop.
 *
 * <pre>
 *   DIALING ── handshake ──► REGISTERING ── registered ──► SERVING ── drain(), GOAWAY ──► DRAINING
 *      │                          │ refused, no control stream  │ lost         no more streams, │ grace period over
 *      └──────────────────────────┴────────────────────────────┴──────────► DOWN ◄───────────────┘
 * </pre>
 */
public final class TunnelConnection implements ControlStream.Listener, Http2ConnectionObserver {
    private static final Logger log = LoggerFactory.getLogger(TunnelConnection.class);

    /** TLS and HTTP/2 may want to say good-bye for so long when we close; Netty's limit for TLS alone. */
    private static final long CLOSE_SECONDS = 3;

    private static final long DRAIN_CHECK_MILLIS = 100;

    /** How long no stream must have been open after the unregistration: requests may still be on their way. */
    private static final int QUIET_CHECKS = 10;

    /** After a GOAWAY the control stream stays open; it is nothing to wait for. */
    private static final int CONTROL_STREAMS = 1;

    /** Long enough for nearly all downloads; an edge that goes away closes the connection before. */
    private static final Duration AFTER_GOAWAY = Duration.ofMinutes(10);

    private enum State {
        DIALING,
        REGISTERING,
        SERVING,
        DRAINING,
        DOWN
    }

    /** Hears about the connection, on its event loop. */
    public interface Listener {
        /** The connection serves requests. */
        void registered(TunnelConnection connection, RegistrationOutcome.Registered registered);

        /** A PING and its answer took {@code time}. */
        void roundTrip(TunnelConnection connection, Duration time);

        /** The edge will open no more streams; those that run go on, and {@link #ended} follows. */
        void goingAway(TunnelConnection connection);

        /** The connection is no more. Nothing follows. */
        void ended(TunnelConnection connection, TunnelEnd end);
    }

    /**
     * Which connection this is.
     *
     * @param connIndex its number among the tunnel's connections, from 0
     * @param address the edge to dial
     * @param previousAttempts tries of this index since it was last registered
     */
    public record Plan(int connIndex, EdgeAddress address, int previousAttempts) {}

    private final Tunnel tunnel;
    private final Plan plan;
    private final EventLoop loop;
    private final Listener listener;
    private State state = State.DIALING;
    private TunnelEnd end = new TunnelEnd.Lost(false, "closed by the edge before registration");
    private @Nullable Channel channel;
    private @Nullable Http2ServerConnection http2;
    private @Nullable ControlStream control;
    private @Nullable ScheduledFuture<?> timer;
    private boolean managedHere;
    private boolean unregistered;
    private int quietChecks;
    private long drainDeadlineNanos;

    public TunnelConnection(Tunnel tunnel, Plan plan, EventLoop loop, Listener listener) {
        this.tunnel = tunnel;
        this.plan = plan;
        this.loop = loop;
        this.listener = listener;
    }

    /** Its number among the tunnel's connections. */
    public int connIndex() {
        return plan.connIndex;
    }

    /** The edge that it was dialed at. */
    public EdgeAddress edge() {
        return plan.address;
    }

    /** Sets out for the edge. Callable from any thread. */
    public void start() {
        loop.execute(() -> tunnel.dialer().dial(plan.address, loop, this::connected, this::notReached));
    }

    /**
     * Asks the edge for no more requests, serves those that still come, and closes when there are none or after {@code
     * grace}. Callable from any thread.
     */
    public void drain(Duration grace) {
        loop.execute(() -> startDrain(grace));
    }

    private void connected(Channel dialed) {
        if (state == State.DOWN) {
            dialed.close();
            return;
        }
        channel = dialed;
        state = State.REGISTERING;
        TunnelStreams streams =
                new TunnelStreams(tunnel, tunnel.engines().get(loop), plan.connIndex, this::openControl);
        Http2ServerConnection server = Http2ServerBuilder.build(Http2Limits.TUNNEL, streams, this);
        http2 = server;
        server.watchPeer(tunnel.times().ping());
        timer = loop.schedule(
                this::noControlStream, tunnel.times().controlStream().toNanos(), TimeUnit.NANOSECONDS);
        dialed.pipeline().addFirst(tunnel.wire().counter(plan.connIndex)).addLast(server);
        dialed.closeFuture().addListener(closed -> closed());
    }

    private void notReached(EdgeFailure failure) {
        finish(new TunnelEnd.NotReached(failure));
    }

    /** One is enough: whatever else the edge opens as one would take the first one's place, its timer included. */
    private Exchange openControl(Downstream stream) {
        if (state != State.REGISTERING || control != null) {
            return new RefusedStream(stream, "there is a control stream already");
        }
        cancelTimer();
        ControlStream opened =
                new ControlStream(stream, registration(), tunnel.times().rpc(), this);
        control = opened;
        return opened;
    }

    private RegistrationRequest registration() {
        Channel dialed = channel;
        InetSocketAddress local = dialed == null ? null : (InetSocketAddress) dialed.localAddress();
        log.debug("Registering tunnel connection connIndex={} event=0 ip={}", plan.connIndex, plan.address.host());
        return new RegistrationRequest(
                new RegistrationRequest.Auth(
                        tunnel.token().accountTag(), tunnel.token().secret()),
                tunnel.token().tunnelId(),
                plan.connIndex,
                new RegistrationRequest.Options(
                        tunnel.client(),
                        local == null ? null : local.getAddress(),
                        Math.min(255, plan.previousAttempts)));
    }

    private void noControlStream() {
        close(new TunnelEnd.Lost(false, "the edge opened no control stream"));
    }

    @Override
    public void registered(RegistrationOutcome.Registered registered) {
        if (state != State.REGISTERING) {
            return;
        }
        state = State.SERVING;
        end = new TunnelEnd.Lost(true, "closed by the edge");
        log.info(
                "Registered tunnel connection connIndex={} connection={} event=0 ip={} location={} protocol=http2",
                plan.connIndex,
                registered.connectionId(),
                plan.address.host(),
                registered.location());
        if (!registered.remotelyManaged()) {
            managedHere = true;
            tunnel.config().notManagedByEdge();
        }
        sendLocalConfiguration();
        listener.registered(this, registered);
    }

    /** The rules of this machine have changed, which the edge is told if it does not manage them. Callable from any thread. */
    public void localConfigurationChanged() {
        loop.execute(this::sendLocalConfiguration);
    }

    private void sendLocalConfiguration() {
        ControlStream stream = control;
        if (plan.connIndex == 0 && managedHere && state == State.SERVING && stream != null) {
            stream.updateLocalConfiguration(tunnel.config().ingress().localConfiguration(tunnel.configurationFlags()));
        }
    }

    @Override
    public void refused(RegistrationOutcome.Refused refused) {
        if (state == State.SERVING) {
            close(new TunnelEnd.Lost(true, refused.cause()));
        }
        if (state != State.REGISTERING) {
            return;
        }
        ControlStream stream = control;
        if (stream != null) {
            stream.end();
        }
        // The edge may leave the connection open for ever after a refusal, so it is ours to close.
        close(new TunnelEnd.Refused(refused));
    }

    @Override
    public void controlStreamLost() {
        if (state == State.REGISTERING || state == State.SERVING) {
            close(new TunnelEnd.Lost(state == State.SERVING, "the edge reset the control stream"));
        } else if (state == State.DRAINING) {
            // Who took the stream away sends no more requests, and will not say so either.
            control = null;
            unregistered = true;
        }
    }

    @Override
    public void peerGoesAway(long errorCode) {
        if (state == State.SERVING) {
            log.info("edge goes away connIndex={} errorCode={}", plan.connIndex, errorCode);
            listener.goingAway(this);
            unregistered = true;
            awaitQuiet(AFTER_GOAWAY);
        } else if (state == State.REGISTERING) {
            close(new TunnelEnd.Lost(false, "the edge goes away"));
        }
    }

    @Override
    public void roundTrip(Duration time) {
        log.debug("Edge answers PING connIndex={} rttMicros={}", plan.connIndex, time.toNanos() / 1000);
        listener.roundTrip(this, time);
    }

    @Override
    public void peerSilent(Duration silence) {
        if (state == State.DRAINING) {
            return;
        }
        String detail = "no sign of life from the edge for " + silence.toSeconds() + "s";
        end = new TunnelEnd.Silent(state == State.SERVING, detail, silence);
    }

    private void startDrain(Duration grace) {
        if (state == State.DIALING) {
            finish(new TunnelEnd.Drained());
        } else if (state == State.REGISTERING) {
            close(new TunnelEnd.Drained());
        } else if (state == State.SERVING) {
            ControlStream stream = control;
            if (stream != null) {
                stream.unregister();
            }
            awaitQuiet(grace);
        } else if (state == State.DRAINING) {
            long deadline = System.nanoTime() + grace.toNanos();
            drainDeadlineNanos = deadline - drainDeadlineNanos < 0 ? deadline : drainDeadlineNanos;
        }
    }

    @Override
    public void unregistered() {
        log.info("Unregistered tunnel connection connIndex={} event=0 ip={}", plan.connIndex, plan.address.host());
        unregistered = true;
        ControlStream stream = control;
        control = null;
        if (stream != null) {
            stream.end();
        }
    }

    private void awaitQuiet(Duration grace) {
        state = State.DRAINING;
        end = new TunnelEnd.Drained();
        drainDeadlineNanos = System.nanoTime() + grace.toNanos();
        checkDrained();
    }

    private void checkDrained() {
        Http2ServerConnection server = http2;
        if (state != State.DRAINING || server == null) {
            return;
        }
        boolean late = System.nanoTime() - drainDeadlineNanos >= 0;
        int ownStreams = control == null ? 0 : CONTROL_STREAMS;
        quietChecks = unregistered && server.activeStreams() <= ownStreams ? quietChecks + 1 : 0;
        if (quietChecks > QUIET_CHECKS || late) {
            server.abortStreams(new Failure(Failure.Kind.SHUTDOWN, "grace period over"));
            close(end);
            return;
        }
        timer = loop.schedule(this::checkDrained, DRAIN_CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void close(TunnelEnd why) {
        end = why;
        Channel open = channel;
        if (open != null) {
            // In the next turn, so that what was written in this one is flushed before.
            loop.execute(open::close);
            // What is closed gently on a dead path with a full socket would stay open.
            loop.schedule(() -> abort(open), CLOSE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static void abort(Channel open) {
        if (open.isOpen()) {
            open.pipeline().firstContext().close();
        }
    }

    private void closed() {
        finish(end);
    }

    private void finish(TunnelEnd why) {
        if (state == State.DOWN) {
            return;
        }
        state = State.DOWN;
        cancelTimer();
        listener.ended(this, why);
    }

    private void cancelTimer() {
        ScheduledFuture<?> running = timer;
        if (running != null) {
            running.cancel(false);
            timer = null;
        }
    }
}
