package dev.adit.edgesim.rehearse;

import dev.adit.edgesim.fault.Corruption;
import dev.adit.edgesim.fault.Fault;
import dev.adit.edgesim.fault.FaultOrder;
import dev.adit.edgesim.fault.Flow;
import dev.adit.edgesim.fault.Scope;
import dev.adit.edgesim.h2.StreamSide;
import dev.adit.edgesim.link.Ending;
import io.netty.handler.codec.http2.Http2Error;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** The troubles that are rehearsed. Which connection or region is hit follows from a seed. */
final class Profiles {
    // A connector that pings finds a silent path within 10 s when there is traffic; a few seconds for it to dial again.
    private static final Duration SILENCE = Duration.ofSeconds(15);
    private static final Duration SHORT = Duration.ofSeconds(6);

    private final Random random;
    private final int connections;
    private final List<String> regions;
    private final List<Profile> all = new ArrayList<>();

    private Profiles(long seed, int connections, List<String> regions) {
        random = new Random(seed);
        this.connections = connections;
        this.regions = regions;
    }

    /** All of them, in their order; the same arguments give the same faults. */
    static List<Profile> all(long seed, int connections, List<String> regions) {
        Profiles profiles = new Profiles(seed, connections, regions);
        profiles.cuts();
        profiles.silences();
        profiles.badPaths();
        profiles.registrations();
        profiles.streams();
        return List.copyOf(profiles.all);
    }

    /** The names of all of them, for an edge with two regions. */
    static List<String> names() {
        return all(0, 1, List.of("region1", "region2")).stream()
                .map(Profile::name)
                .toList();
    }

    private void cuts() {
        atOnce("cut-one", "One connection is closed by the edge.", one(new Fault.CutAll(Ending.FIN)));
        atOnce("reset-all", "All connections are reset at once.", all(new Fault.CutAll(Ending.RST)));
        atOnce("goaway", "The edge says GOAWAY on all connections.", all(new Fault.Goaway()));
        atOnce(
                "corrupt-record",
                "A bit flips on the way to the connector: a TLS record can't be read.",
                one(new Fault.CorruptFrame(Corruption.TLS)));
        atOnce(
                "corrupt-frame",
                "The edge breaks the rules of HTTP/2 on one connection.",
                one(new Fault.CorruptFrame(Corruption.STREAM)));
        if (regions.size() > 1) {
            String region = regions.get(random.nextInt(regions.size()));
            lasting(
                    "region-loss",
                    "A region is gone: its connections are cut and nobody listens at its addresses.",
                    SHORT.plusSeconds(4),
                    all(new Fault.RegionLoss()).in(new Scope.OfRegion(region)));
        }
    }

    private void silences() {
        silent(
                "black-hole-one",
                "The path of one connection carries nothing in either direction.",
                one(new Fault.BlackHole(Flow.BOTH)));
        silent(
                "black-hole-answers",
                "Nothing of what one connection sends arrives at the edge.",
                one(new Fault.BlackHole(Flow.IN)));
        silent(
                "black-hole-all",
                "No path to the edge carries anything; new connections are accepted and hear nothing.",
                all(new Fault.BlackHole(Flow.BOTH)));
        silent(
                "stalled-edge",
                "The edge reads nothing more from one connection, but goes on sending.",
                one(new Fault.StallReads()));
        silent(
                "large-packets",
                "Large packets to the edge are dropped on one connection, and what is behind them waits.",
                one(new Fault.LargePackets(Flow.IN, 1_200)));
    }

    private void badPaths() {
        lasting(
                "slow-path",
                "All paths get 200 ms of delay each way, and up to 50 ms of jitter.",
                SHORT,
                all(new Fault.SlowLink(Flow.BOTH, Duration.ofMillis(200), Duration.ofMillis(50), Long.MAX_VALUE)));
        lasting(
                "tiny-windows",
                "The edge takes 1 KiB of each answer at a time.",
                SHORT,
                all(new Fault.TinyWindows(1_024)));
    }

    private void registrations() {
        FaultOrder cut = one(new Fault.CutAll(Ending.FIN));
        lasting(
                "refused",
                "One connection is closed, and registrations are refused for a while.",
                SHORT,
                all(new Fault.Refuse("rehearsed", true, Duration.ofSeconds(1))),
                cut);
        lasting(
                "unauthorized",
                "One connection is closed, and the edge does not know the tunnel's secret for a while.",
                SHORT,
                all(new Fault.Unauthorized()),
                cut);
        lasting(
                "duplicate",
                "One connection is closed, and the edge believes for a while that it is still there.",
                SHORT,
                all(new Fault.Duplicate()),
                cut);
        lasting(
                "hanging-registration",
                "One connection is closed, and registrations are not answered for a while.",
                SHORT,
                all(new Fault.HangRpc()),
                cut);
        lasting(
                "expired-certificate",
                "All connections are cut, and the edge's certificate has expired for a while.",
                SHORT,
                all(new Fault.ExpiredCertificate()));
    }

    private void streams() {
        lasting(
                "reset-streams",
                "Every answer of more than 10,000 bytes is reset by the edge.",
                Duration.ofSeconds(3),
                all(new Fault.ResetStream(StreamSide.RESPONSE, 10_000, Http2Error.CANCEL)));
        atOnce("config-storm", "50 configurations come at once, then old ones again.", all(new Fault.ConfigStorm(50)));
        lasting(
                "config-mid-upload",
                "A configuration comes in the middle of each upload.",
                Duration.ofSeconds(3),
                all(new Fault.ConfigMidUpload(8 * 1_024)));
    }

    private FaultOrder one(Fault fault) {
        return all(fault).in(new Scope.OfConnection(Rehearsal.NAME, random.nextInt(connections)));
    }

    private static FaultOrder all(Fault fault) {
        return FaultOrder.of(fault);
    }

    private void atOnce(String name, String description, FaultOrder order) {
        all.add(new Profile(name, description, List.of(order), Duration.ZERO, false));
    }

    private void lasting(String name, String description, Duration time, FaultOrder... orders) {
        List<FaultOrder> timed = Stream.of(orders)
                .map(order -> order.fault() instanceof Fault.Instant ? order : order.lasting(time))
                .toList();
        all.add(new Profile(name, description, timed, time, false));
    }

    private void silent(String name, String description, FaultOrder order) {
        all.add(new Profile(name, description, List.of(order.lasting(SILENCE)), SILENCE, true));
    }
}
