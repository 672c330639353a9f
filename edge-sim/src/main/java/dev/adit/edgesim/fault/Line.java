package dev.adit.edgesim.fault;

import dev.adit.edgesim.link.Conditions;
import dev.adit.edgesim.link.Direction;
import dev.adit.edgesim.link.Link;
import dev.adit.edgesim.tunnel.Tunnel;
import dev.adit.edgesim.tunnel.TunnelSession;
import org.jspecify.annotations.Nullable;

/** One connection of a connector and the standing faults that it suffers from. Confined to the event loop. */
final class Line {
    // What a connection announces when nothing is wrong.
    private final int normalWindow;
    private final Link link;
    private final String region;
    private @Nullable TunnelSession session;
    private boolean stalled;
    private int window;

    Line(Link link, String region, int normalWindow) {
        this.link = link;
        this.region = region;
        this.normalWindow = normalWindow;
        window = normalWindow;
    }

    Link link() {
        return link;
    }

    void registered(TunnelSession now) {
        session = now;
    }

    /** Its session; null as long as it is not registered. */
    @Nullable
    TunnelSession session() {
        return session;
    }

    boolean in(Scope scope) {
        TunnelSession known = session;
        Tunnel tunnel = known == null ? null : known.tunnel();
        return in(scope, tunnel == null ? null : tunnel.name(), known == null ? -1 : known.connIndex());
    }

    /** Whether it would be in {@code scope} as connection {@code connIndex} of {@code tunnel}. */
    boolean in(Scope scope, @Nullable String tunnel, int connIndex) {
        if (scope instanceof Scope.OfTunnel one) {
            return one.tunnel().equals(tunnel);
        }
        if (scope instanceof Scope.OfConnection one) {
            return one.tunnel().equals(tunnel) && one.connIndex() == connIndex;
        }
        return scope instanceof Scope.All
                || (scope instanceof Scope.OfRegion one && one.region().equals(region));
    }

    /** Suffers from {@code faults}, all of which are for it, and from nothing else. */
    void suffer(Iterable<Fault> faults) {
        Conditions in = Conditions.CLEAR;
        Conditions out = Conditions.CLEAR;
        boolean stall = false;
        int smallest = normalWindow;
        for (Fault fault : faults) {
            in = in.and(conditions(fault, Direction.IN));
            out = out.and(conditions(fault, Direction.OUT));
            stall |= fault instanceof Fault.StallReads;
            if (fault instanceof Fault.TinyWindows tiny) {
                smallest = Math.min(smallest, tiny.bytes());
            }
        }
        link.set(Direction.IN, in);
        link.set(Direction.OUT, out);
        if (stall != stalled) {
            stalled = stall;
            link.pauseReads(stall);
        }
        TunnelSession known = session;
        if (known != null && smallest != window) {
            window = smallest;
            known.http2().announceStreamWindow(smallest);
        }
    }

    private static Conditions conditions(Fault fault, Direction direction) {
        if (fault instanceof Fault.SlowLink slow && slow.flow().covers(direction)) {
            return Conditions.slow(slow.delay(), slow.jitter()).and(Conditions.narrow(slow.bytesPerSecond()));
        }
        if (fault instanceof Fault.BlackHole hole && hole.flow().covers(direction)) {
            return Conditions.dead();
        }
        if (fault instanceof Fault.LargePackets large && large.flow().covers(direction)) {
            return Conditions.small(large.bytes());
        }
        return Conditions.CLEAR;
    }
}
