package dev.adit.connector.supervise;

import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.edge.EdgeAddresses;
import dev.adit.connector.edge.EdgeFailure;
import dev.adit.connector.tunnel.Tunnel;
import dev.adit.connector.tunnel.TunnelConnection;
import dev.adit.connector.tunnel.TunnelEnd;
import dev.adit.connector.wire.RegistrationOutcome;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the wanted number of connections up: does what {@link SupervisorCore} decides. Its state is confined to one event
 * loop; connections on other loops send it events.
 */
public final class TunnelSupervisor implements TunnelConnection.Listener {
    private static final Logger log = LoggerFactory.getLogger(TunnelSupervisor.class);

    /**
     * What to keep up.
     *
     * @param connections connections to keep, at least 1
     * @param times when to try again
     * @param events hears what happens
     */
    public record Plan(int connections, RetryTimes times, TunnelEvents events) {}

    private final Tunnel tunnel;
    private final EdgeAddresses addresses;
    private final EventLoopGroup loops;
    private final EventLoop loop;
    private final Plan plan;
    private final TunnelEvents events;
    private final SupervisorCore core;
    private final Map<TunnelConnection, SupervisorCore.Attempt> alive = new HashMap<>();
    private final CompletableFuture<@Nullable String> done = new CompletableFuture<>();
    private @Nullable ScheduledFuture<?> timer;
    private boolean limited;
    private boolean draining;

    /** Serves {@code tunnel} as {@code plan} says; {@code addresses} belongs to the same loop as this. */
    public TunnelSupervisor(Tunnel tunnel, EdgeAddresses addresses, Loops loops, Plan plan) {
        this.tunnel = tunnel;
        this.addresses = addresses;
        this.loops = loops.all();
        this.plan = plan;
        events = plan.events();
        loop = loops.own();
        core = new SupervisorCore(plan.times(), System::nanoTime, ThreadLocalRandom.current(), new Deeds());
    }

    /**
     * The threads of a supervisor.
     *
     * @param all run connections
     * @param own one of them, which runs the supervisor
     */
    public record Loops(EventLoopGroup all, EventLoop own) {}

    /**
     * Starts to connect. The result completes when all has ended: with null after a drain, or with an error text if the
     * first connection failed in a way that trying again can't mend, or nothing was registered for too long.
     */
    public CompletableFuture<@Nullable String> start() {
        onLoop(() -> core.start(plan.connections()));
        return done;
    }

    /** Ends all connections, each as soon as the edge and the running requests let it, at the latest after {@code grace}. */
    public void drain(Duration grace) {
        onLoop(() -> startDrain(grace));
    }

    /** The rules of this machine have changed; the edge is told, unless it manages the tunnel. */
    public void localConfigurationChanged() {
        onLoop(() -> alive.keySet().forEach(TunnelConnection::localConfigurationChanged));
    }

    @Override
    public void registered(TunnelConnection connection, RegistrationOutcome.Registered registered) {
        onLoop(() -> {
            SupervisorCore.Attempt attempt = alive.get(connection);
            if (attempt != null) {
                addresses.worked();
                events.registered(attempt.connIndex(), connection.edge(), registered);
                core.registered(attempt);
            }
        });
    }

    @Override
    public void roundTrip(TunnelConnection connection, Duration time) {
        onLoop(() -> events.roundTrip(connection.connIndex(), time));
    }

    @Override
    public void goingAway(TunnelConnection connection) {
        onLoop(() -> {
            SupervisorCore.Attempt attempt = alive.get(connection);
            if (attempt != null) {
                events.goingAway(attempt.connIndex());
                core.goingAway(attempt);
            }
        });
    }

    @Override
    public void ended(TunnelConnection connection, TunnelEnd end) {
        onLoop(() -> {
            SupervisorCore.Attempt attempt = alive.remove(connection);
            events.ended(connection.connIndex(), end);
            if (draining) {
                finishIfAllEnded();
            } else if (attempt != null) {
                core.ended(attempt, new Ending(end));
            }
        });
    }

    /** Runs {@code event} on the supervisor's loop, and sets the timer to what is due next. */
    private void onLoop(Runnable event) {
        if (!loop.isShuttingDown()) {
            loop.execute(() -> {
                event.run();
                setTimer();
            });
        }
    }

    private void setTimer() {
        ScheduledFuture<?> set = timer;
        if (set != null) {
            set.cancel(false);
            timer = null;
        }
        OptionalLong next = core.nextWakeNanos();
        if (next.isPresent()) {
            timer = loop.schedule(() -> onLoop(core::wake), next.getAsLong(), TimeUnit.NANOSECONDS);
        }
    }

    private void startDrain(Duration grace) {
        if (draining) {
            return;
        }
        draining = true;
        events.draining();
        core.stop();
        List.copyOf(alive.keySet()).forEach(connection -> connection.drain(grace));
        finishIfAllEnded();
    }

    private void finishIfAllEnded() {
        if (alive.isEmpty()) {
            done.complete(null);
        }
    }

    /** How the core's decisions are carried out. */
    private final class Deeds implements SupervisorCore.Actions {
        @Override
        public void dial(SupervisorCore.Attempt attempt) {
            addresses.take(attempt.connIndex(), address -> dial(attempt, address), failure -> failed(attempt, failure));
        }

        private void dial(SupervisorCore.Attempt attempt, EdgeAddress address) {
            if (draining) {
                return;
            }
            if (!limited) {
                limited = true;
                limit(addresses.most());
            }
            TunnelConnection connection = new TunnelConnection(
                    tunnel,
                    new TunnelConnection.Plan(attempt.connIndex(), address, attempt.previousAttempts()),
                    loops.next(),
                    TunnelSupervisor.this);
            alive.put(connection, attempt);
            events.dialing(attempt.connIndex(), address);
            connection.start();
        }

        /** Of an edge that was looked up, each address gets one connection at first, as with cloudflared. */
        private void limit(int most) {
            if (most < plan.connections()) {
                log.info("You requested {} HA connections but I can give you at most {}.", plan.connections(), most);
                core.limitTo(most);
                events.limited(most);
            }
        }

        private void failed(SupervisorCore.Attempt attempt, EdgeFailure failure) {
            TunnelEnd end = new TunnelEnd.NotReached(failure);
            onLoop(() -> {
                events.ended(attempt.connIndex(), end);
                core.ended(attempt, new Ending(end));
            });
        }

        @Override
        public void leaveAddress(int connIndex, boolean unreachable) {
            addresses.leave(connIndex, unreachable);
        }

        @Override
        public void giveUp(String reason) {
            done.complete(reason);
        }
    }
}
