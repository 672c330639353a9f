package dev.adit.edgesim.rehearse;

import dev.adit.edgesim.fault.Corruption;
import dev.adit.edgesim.fault.Fault;
import dev.adit.edgesim.fault.FaultOrder;
import dev.adit.edgesim.fault.Flow;
import dev.adit.edgesim.fault.Profile;
import dev.adit.edgesim.fault.Scope;
import dev.adit.edgesim.h2.StreamSide;
import dev.adit.edgesim.link.Ending;
import io.netty.handler.codec.http2.Http2Error;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is rehearsed of each profile: one episode, long enough to tell how the connector takes it. Which connection or
 * region is hit follows from a seed.
 */
final class Trials {
    /** Everything but the mixture of all others. */
    static final Set<Profile> PROFILES = EnumSet.complementOf(EnumSet.of(Profile.MIXED));

    // A connector that pings finds a silent path within 10 s when there is traffic; a few seconds for it to dial again.
    private static final Duration SILENCE = Duration.ofSeconds(15);
    // More than one round of a connector's back-off.
    private static final Duration REFUSAL = Duration.ofSeconds(6);
    private static final Duration BAD_PATH = Duration.ofSeconds(6);
    // Long enough for a hundred requests.
    private static final Duration BRIEF = Duration.ofSeconds(3);

    private final Random random;
    private final int connections;
    private final List<String> regions;

    private Trials(long seed, int connections, List<String> regions) {
        random = new Random(seed);
        this.connections = connections;
        this.regions = regions;
    }

    /** One for each of {@code profiles}, in the order of their declaration; the same seed gives the same faults. */
    static List<Trial> of(Set<Profile> profiles, long seed, int connections, List<String> regions) {
        Trials trials = new Trials(seed, connections, regions);
        // All are made, so that the choice of profiles does not change what the seed gives.
        return PROFILES.stream()
                .map(trials::trial)
                .filter(trial -> profiles.contains(trial.profile()))
                .toList();
    }

    private Trial trial(Profile profile) {
        return switch (profile) {
            case CALM -> lasting(profile, BRIEF, "Nothing happens.");
            case REFUSE ->
                afterCut(
                        profile,
                        "One connection is closed, and registrations are refused for a while.",
                        new Fault.Refuse("rehearsed", true, Duration.ofSeconds(1)));
            case UNAUTHORIZED ->
                afterCut(
                        profile,
                        "One connection is closed, and the edge takes the tunnel's secret for wrong for a while.",
                        new Fault.Unauthorized());
            case DUPLICATE ->
                afterCut(
                        profile,
                        "One connection is closed, and the edge believes for a while that it is still there.",
                        new Fault.Duplicate());
            case HANG_RPC ->
                afterCut(
                        profile,
                        "One connection is closed, and registrations are not answered for a while.",
                        new Fault.HangRpc());
            case CLOSE_EARLY ->
                afterCut(
                        profile,
                        "One connection is closed, and for a while so is whatever wants to register.",
                        new Fault.CloseEarly());
            case CUT_ONE -> atOnce(profile, "One connection is closed.", one(new Fault.CutAll(Ending.FIN)));
            case CUT_ALL -> atOnce(profile, "All connections are reset.", all(new Fault.CutAll(Ending.RST)));
            case GOAWAY -> atOnce(profile, "The edge says GOAWAY on all connections.", all(new Fault.Goaway()));
            case RESET_STREAM ->
                lasting(
                        profile,
                        BRIEF,
                        "Every answer of more than 10,000 bytes is reset by the edge.",
                        all(new Fault.ResetStream(StreamSide.RESPONSE, 10_000, Http2Error.CANCEL)));
            case STALL_READS ->
                silent(
                        profile,
                        "The edge reads nothing more from one connection, but goes on sending.",
                        new Fault.StallReads());
            case TINY_WINDOWS ->
                lasting(
                        profile,
                        BAD_PATH,
                        "The edge takes 1 KiB of each answer at a time.",
                        all(new Fault.TinyWindows(1_024)));
            case SLOW_LINK ->
                lasting(
                        profile,
                        BAD_PATH,
                        "All paths get 200 ms of delay each way, and up to 50 ms of jitter.",
                        all(new Fault.SlowLink(
                                Flow.BOTH, Duration.ofMillis(200), Duration.ofMillis(50), Long.MAX_VALUE)));
            case BLACK_HOLE ->
                new Trial(
                        profile,
                        "No path carries anything; new connections are accepted and hear nothing.",
                        List.of(all(new Fault.BlackHole(Flow.BOTH)).lasting(SILENCE)),
                        SILENCE,
                        true);
            case BLACK_HOLE_IN ->
                silent(
                        profile,
                        "Nothing of what one connection sends arrives at the edge.",
                        new Fault.BlackHole(Flow.IN));
            case BLACK_HOLE_OUT ->
                silent(
                        profile,
                        "Nothing of what the edge sends on one connection arrives.",
                        new Fault.BlackHole(Flow.OUT));
            case LARGE_PACKETS ->
                silent(
                        profile,
                        "Large packets to the edge are dropped on one connection, and what is behind them waits.",
                        new Fault.LargePackets(Flow.IN, 1_200));
            case CORRUPT_FRAME ->
                atOnce(
                        profile,
                        "A bit flips on the way to one connection: a TLS record can't be read.",
                        one(new Fault.CorruptFrame(Corruption.TLS)));
            case CONFIG_MID_UPLOAD ->
                lasting(
                        profile,
                        BRIEF,
                        "A configuration comes in the middle of each upload.",
                        all(new Fault.ConfigMidUpload(8 * 1_024)));
            case CONFIG_STORM ->
                atOnce(profile, "50 configurations come at once, then old ones again.", all(new Fault.ConfigStorm(50)));
            case REGION_LOSS ->
                lasting(
                        profile,
                        Duration.ofSeconds(10),
                        "A region is gone: its connections are cut and nobody listens at its addresses.",
                        all(new Fault.RegionLoss())
                                .in(new Scope.OfRegion(regions.get(random.nextInt(regions.size())))));
            case SKEWED_CERTIFICATE ->
                lasting(
                        profile,
                        BRIEF,
                        "All connections are cut, and the edge's certificate is not valid yet.",
                        all(new Fault.SkewedCertificate()));
            case EXPIRED_CERTIFICATE ->
                lasting(
                        profile,
                        BRIEF,
                        "All connections are cut, and the edge's certificate has expired.",
                        all(new Fault.ExpiredCertificate()));
            case MIXED -> throw new IllegalArgumentException("a mixture is not rehearsed");
        };
    }

    private FaultOrder one(Fault fault) {
        return all(fault).in(new Scope.OfConnection(Rehearsal.NAME, random.nextInt(connections)));
    }

    private static FaultOrder all(Fault fault) {
        return FaultOrder.of(fault);
    }

    private static Trial atOnce(Profile profile, String description, FaultOrder order) {
        return new Trial(profile, description, List.of(order), Duration.ZERO, false);
    }

    private static Trial lasting(Profile profile, Duration time, String description, FaultOrder... orders) {
        return new Trial(
                profile,
                description,
                Stream.of(orders).map(order -> order.lasting(time)).toList(),
                time,
                false);
    }

    // A connector that is up does not register: one connection has to go first.
    private Trial afterCut(Profile profile, String description, Fault fault) {
        return new Trial(
                profile,
                description,
                List.of(all(fault).lasting(REFUSAL), one(new Fault.CutAll(Ending.FIN))),
                REFUSAL,
                false);
    }

    private Trial silent(Profile profile, String description, Fault fault) {
        return new Trial(profile, description, List.of(one(fault).lasting(SILENCE)), SILENCE, true);
    }
}
