package dev.adit.connector.metrics;

import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.supervise.TunnelEvents;
import dev.adit.connector.tunnel.TunnelEnd;
import dev.adit.connector.wire.RegistrationOutcome.Registered;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/** What is counted for the tunnel. Changed on the supervisor's loop only, read on any thread. */
final class TunnelMetrics implements TunnelEvents {
    /** Up to a minute, by when any edge's silence should have been noticed. */
    static final Bounds DETECT_TIMES = new Bounds(TimeUnit.SECONDS, 1, 2, 3, 4, 5, 7.5, 10, 15, 20, 30, 60);

    static final Bounds RECOVER_TIMES = new Bounds(TimeUnit.SECONDS, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300);

    /** A connection has been to so many locations at most, the last ones. */
    private static final int MOST_LOCATIONS = 16;

    private static final int SMOOTHING = 8;

    /**
     * A place that a connection led to.
     *
     * @param connIndex the connection
     * @param name the place
     */
    record Location(int connIndex, String name) {}

    /** What is counted for each connection. */
    enum Of {
        REGISTERED,
        DUPLICATE,
        REFUSED,
        LOST,
        /** Nanoseconds; 0 for none. */
        LATEST_ROUND_TRIP,
        MIN_ROUND_TRIP,
        SMOOTHED_ROUND_TRIP
    }

    private final LongSupplier nanoClock;
    private final List<Tallies<Of>> cells;
    private final Cells drain = new Cells(2);
    private final Distribution detected = new Distribution(DETECT_TIMES);
    private final Distribution recovered = new Distribution(RECOVER_TIMES);
    private final AtomicReference<Map<Location, Boolean>> locations = new AtomicReference<>(Map.of());
    private final boolean[] down;
    private final long[] downSinceNanos;

    TunnelMetrics(int connections, LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        cells = IntStream.range(0, connections)
                .mapToObj(each -> new Tallies<>(Of.class))
                .toList();
        down = new boolean[connections];
        downSinceNanos = new long[connections];
    }

    @Override
    public void registered(int connIndex, EdgeAddress edge, Registered registered) {
        add(connIndex, Of.REGISTERED);
        for (Of kind : new Of[] {Of.LATEST_ROUND_TRIP, Of.MIN_ROUND_TRIP, Of.SMOOTHED_ROUND_TRIP}) {
            set(connIndex, kind, 0);
        }
        if (down[connIndex]) {
            down[connIndex] = false;
            recovered.record(nanoClock.getAsLong() - downSinceNanos[connIndex]);
        }
        moved(new Location(connIndex, registered.location()));
    }

    private void moved(Location to) {
        Map<Location, Boolean> next = new LinkedHashMap<>();
        Objects.requireNonNull(locations.get()).forEach((location, current) -> {
            if (!location.equals(to)) {
                next.put(location, current && location.connIndex != to.connIndex);
            }
        });
        next.put(to, true);
        if (next.keySet().stream()
                        .filter(each -> each.connIndex == to.connIndex)
                        .count()
                > MOST_LOCATIONS) {
            next.keySet().stream()
                    .filter(each -> each.connIndex == to.connIndex)
                    .findFirst()
                    .ifPresent(next::remove);
        }
        locations.set(next);
    }

    @Override
    public void roundTrip(int connIndex, Duration time) {
        long nanos = Math.max(1, time.toNanos());
        long least = get(connIndex, Of.MIN_ROUND_TRIP);
        long smoothed = get(connIndex, Of.SMOOTHED_ROUND_TRIP);
        set(connIndex, Of.LATEST_ROUND_TRIP, nanos);
        set(connIndex, Of.MIN_ROUND_TRIP, least == 0 ? nanos : Math.min(least, nanos));
        set(connIndex, Of.SMOOTHED_ROUND_TRIP, smoothed == 0 ? nanos : smoothed + (nanos - smoothed) / SMOOTHING);
    }

    @Override
    public void ended(int connIndex, TunnelEnd end) {
        if (end instanceof TunnelEnd.Refused refused) {
            add(connIndex, refused.why().cause().equals("EDUPCONN") ? Of.DUPLICATE : Of.REFUSED);
        } else if (end instanceof TunnelEnd.Silent silent && silent.registered()) {
            detected.record(silent.silence().toNanos());
            lost(connIndex);
        } else if (end instanceof TunnelEnd.Lost lost && lost.registered()) {
            lost(connIndex);
        }
    }

    private void lost(int connIndex) {
        add(connIndex, Of.LOST);
        down[connIndex] = true;
        downSinceNanos[connIndex] = nanoClock.getAsLong();
    }

    @Override
    public void draining() {
        drain.set(1, nanoClock.getAsLong());
        drain.set(0, 1);
    }

    int connections() {
        return cells.size();
    }

    long get(int connIndex, Of kind) {
        return cells.get(connIndex).get(kind);
    }

    Map<Location, Boolean> locations() {
        return Objects.requireNonNull(locations.get());
    }

    Distribution detected() {
        return detected;
    }

    Distribution recovered() {
        return recovered;
    }

    /** Time since the drain began; zero if it did not. */
    Duration drainTime() {
        return drain.get(0) == 0 ? Duration.ZERO : Duration.ofNanos(nanoClock.getAsLong() - drain.get(1));
    }

    private void add(int connIndex, Of kind) {
        cells.get(connIndex).add(kind, 1);
    }

    private void set(int connIndex, Of kind, long value) {
        cells.get(connIndex).set(kind, value);
    }
}
