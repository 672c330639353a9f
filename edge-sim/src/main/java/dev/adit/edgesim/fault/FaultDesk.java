package dev.adit.edgesim.fault;

import dev.adit.edgesim.fault.FaultEvent.Phase;
import dev.adit.edgesim.h2.SimStream;
import dev.adit.edgesim.h2.StreamMark;
import dev.adit.edgesim.h2.StreamSide;
import dev.adit.edgesim.link.Link;
import dev.adit.edgesim.tls.CertificateFault;
import dev.adit.edgesim.tunnel.Misbehavior;
import dev.adit.edgesim.tunnel.RegistrationFault;
import dev.adit.edgesim.tunnel.Tunnel;
import dev.adit.edgesim.tunnel.TunnelDirectory;
import dev.adit.edgesim.tunnel.TunnelSession;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where faults are ordered and healed, and from where they act on the tunnel side. Confined to the event loop, but for
 * {@link #events()}, {@link #kinds()} and {@link #addListener}, which are for any thread.
 */
public final class FaultDesk {
    private static final Logger log = LoggerFactory.getLogger(FaultDesk.class);
    // The memory of a long rehearsal is its own log; this is for whoever looks in later.
    private static final int KEPT_EVENTS = 1_000;

    private final TunnelDirectory directory;
    private final EdgePort edge;
    private final EventExecutor loop;
    private final Lines lines;
    private final Strikes strikes;
    private final List<Active> active = new ArrayList<>();
    private final List<FaultEvent> events = new CopyOnWriteArrayList<>();
    private final List<Consumer<FaultEvent>> listeners = new CopyOnWriteArrayList<>();
    private final long startNanos;
    private long lastSequence;
    private long accepted;
    private Runnable arrival = () -> {};

    /** A desk for the connections to {@code directory}'s tunnels; which one is hit where it is open is up to {@code random}. */
    public FaultDesk(TunnelDirectory directory, EdgePort edge, EventExecutor loop, RandomGenerator random) {
        this.directory = directory;
        this.edge = edge;
        this.loop = loop;
        lines = new Lines(edge);
        strikes = new Strikes(directory, lines, random);
        startNanos = loop.ticker().nanoTime();
    }

    /** What the tunnel side is to tell of its connections. */
    public Misbehavior misbehavior() {
        return new Acts();
    }

    /**
     * Lets {@code order} take effect. Throws IllegalArgumentException, and does nothing, if its scope names a tunnel or a
     * region that there isn't.
     */
    public FaultEvent inject(FaultOrder order) {
        assert loop.inEventLoop();
        check(order.scope());
        Active fault = new Active(++lastSequence, order);
        FaultEvent started = tell(fault, Phase.STARTED);
        if (order.fault() instanceof Fault.Instant instant) {
            strikes.strike(instant, order.scope());
            tell(fault, Phase.ENDED);
            return started;
        }
        active.add(fault);
        begin(fault);
        Duration duration = order.duration();
        if (duration != null) {
            loop.schedule(() -> end(fault), duration.toNanos(), TimeUnit.NANOSECONDS);
        }
        return started;
    }

    /** Ends all faults. */
    public void heal() {
        assert loop.inEventLoop();
        List.copyOf(active).forEach(this::end);
    }

    /** Ends the fault with that number; false if it is over already. */
    public boolean heal(long sequence) {
        assert loop.inEventLoop();
        for (Active fault : active) {
            if (fault.sequence == sequence) {
                end(fault);
                return true;
            }
        }
        return false;
    }

    /** What began and ended, the oldest first; at most the last 1,000. */
    public List<FaultEvent> events() {
        return List.copyOf(events);
    }

    /** How many connections of connectors were accepted so far, those that never got to register included. */
    public long accepted() {
        assert loop.inEventLoop();
        return accepted;
    }

    /** Runs {@code told} whenever a connection of a connector is accepted, on the event loop. To be called there. */
    public void onArrival(Runnable told) {
        assert loop.inEventLoop();
        arrival = told;
    }

    /** All kinds of faults. */
    public List<FaultKind> kinds() {
        return FaultOrders.kinds();
    }

    /** Hears of every event from now on, on the event loop. */
    public void addListener(Consumer<FaultEvent> listener) {
        listeners.add(listener);
    }

    private void check(Scope scope) {
        if (scope instanceof Scope.OfTunnel one) {
            directory.byName(one.tunnel());
        } else if (scope instanceof Scope.OfConnection one) {
            directory.byName(one.tunnel());
        } else if (scope instanceof Scope.OfRegion one && !edge.regions().contains(one.region())) {
            throw new IllegalArgumentException("no region is called " + one.region());
        }
    }

    private void begin(Active fault) {
        Fault what = fault.order.fault();
        if (what instanceof Fault.RegionLoss) {
            fault.region = strikes.region(fault.order.scope(), edge.regions());
            edge.region(fault.region, false);
            strikes.cutAll(new Scope.OfRegion(fault.region));
        } else if (isAboutCertificate(what)) {
            certify();
            strikes.cutAll(Scope.all());
        } else {
            sufferAll();
        }
    }

    private void end(Active fault) {
        if (!active.remove(fault)) {
            return;
        }
        String region = fault.region;
        if (region != null && active.stream().noneMatch(other -> region.equals(other.region))) {
            edge.region(region, true);
        }
        if (isAboutCertificate(fault.order.fault())) {
            certify();
        }
        sufferAll();
        tell(fault, Phase.ENDED);
    }

    private static boolean isAboutCertificate(Fault fault) {
        return fault instanceof Fault.SkewedCertificate || fault instanceof Fault.ExpiredCertificate;
    }

    private void certify() {
        CertificateFault wrong = null;
        for (Active fault : active) {
            if (fault.order.fault() instanceof Fault.SkewedCertificate) {
                wrong = CertificateFault.NOT_YET_VALID;
            } else if (fault.order.fault() instanceof Fault.ExpiredCertificate) {
                wrong = CertificateFault.EXPIRED;
            }
        }
        edge.certificate(wrong);
    }

    private void sufferAll() {
        lines.all().forEach(this::suffer);
    }

    private void suffer(Line line) {
        line.suffer(active.stream()
                .filter(fault -> line.in(fault.order.scope()))
                .map(fault -> fault.order.fault())
                .toList());
    }

    private FaultEvent tell(Active fault, Phase phase) {
        FaultEvent event = new FaultEvent(
                fault.sequence,
                Duration.ofNanos(loop.ticker().nanoTime() - startNanos),
                fault.order.fault().name(),
                fault.order.scope().text(),
                phase);
        log.info(
                "fault={} scope={} phase={} number={} {}",
                event.fault(),
                event.scope(),
                phase == Phase.STARTED ? "started" : "ended",
                event.sequence(),
                fault.order.fault());
        if (events.size() == KEPT_EVENTS) {
            events.remove(0);
        }
        events.add(event);
        listeners.forEach(listener -> listener.accept(event));
        return event;
    }

    // The order of the first fault of that sort that is for the line; one without duration is used up.
    private <T extends Fault> @Nullable T take(Class<T> sort, Line line, @Nullable String tunnel, int connIndex) {
        for (Active fault : active) {
            if (sort.isInstance(fault.order.fault()) && line.in(fault.order.scope(), tunnel, connIndex)) {
                if (fault.order.duration() == null) {
                    end(fault);
                }
                return sort.cast(fault.order.fault());
            }
        }
        return null;
    }

    /** A fault that is not over. */
    private static final class Active {
        private final long sequence;
        private final FaultOrder order;
        private @Nullable String region;

        Active(long sequence, FaultOrder order) {
            this.sequence = sequence;
            this.order = order;
        }
    }

    /** What the desk does at the tunnel side. */
    private final class Acts implements Misbehavior {
        @Override
        public void accepted(Link link) {
            accepted++;
            arrival.run();
            suffer(lines.add(link));
        }

        @Override
        public @Nullable RegistrationFault registering(Link link, @Nullable Tunnel tunnel, int connIndex) {
            Fault.Registration fault =
                    take(Fault.Registration.class, lines.of(link), tunnel == null ? null : tunnel.name(), connIndex);
            return fault == null ? null : strikes.registration(fault);
        }

        @Override
        public void registered(TunnelSession session) {
            Line line = lines.of(session.link());
            line.registered(session);
            suffer(line);
        }

        @Override
        public void opened(TunnelSession session, SimStream stream) {
            Tunnel tunnel = session.tunnel();
            if (tunnel == null) {
                return;
            }
            Fault.OnStream fault =
                    take(Fault.OnStream.class, lines.of(session.link()), tunnel.name(), session.connIndex());
            if (fault instanceof Fault.ResetStream reset) {
                stream.mark(reset.side(), StreamMark.lastAt(reset.bytes(), () -> stream.breakOff(reset.error())));
            } else if (fault instanceof Fault.ConfigMidUpload push) {
                stream.mark(StreamSide.REQUEST, StreamMark.at(push.bytes(), () -> strikes.push(tunnel)));
            }
        }
    }
}
