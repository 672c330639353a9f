package dev.adit.edgesim.fault;

import dev.adit.edgesim.h2.StreamSide;
import dev.adit.edgesim.link.Ending;
import io.netty.handler.codec.http2.Http2Error;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * A named way to make random faults, one after the other. {@link #MIXED} draws from all others with their weights: half of
 * what it does is what the Internet does to every connection (cuts, GOAWAY, slow and dead paths), the rest is rarer.
 */
public enum Profile {
    /** Nothing. */
    CALM("nothing goes wrong", 0, dice -> List.of()),
    /** {@link Fault.Refuse}. */
    REFUSE(
            "refuses registrations, after a cut",
            3,
            dice -> afterCut(dice, new Fault.Refuse("refused on purpose", true, dice.millis(500, 3_000)))),
    /** {@link Fault.Unauthorized}. */
    UNAUTHORIZED(
            "refuses registrations as with a wrong secret, after a cut",
            2,
            dice -> afterCut(dice, new Fault.Unauthorized())),
    /** {@link Fault.Duplicate}. */
    DUPLICATE("refuses registrations as duplicates, after a cut", 3, dice -> afterCut(dice, new Fault.Duplicate())),
    /** {@link Fault.HangRpc}. */
    HANG_RPC("never answers registrations, after a cut", 3, dice -> afterCut(dice, new Fault.HangRpc())),
    /** {@link Fault.CloseEarly}. */
    CLOSE_EARLY(
            "closes connections instead of registering them, after a cut",
            3,
            dice -> afterCut(dice, new Fault.CloseEarly())),
    /** {@link Fault.CutOne}. */
    CUT_ONE("cuts single connections", 10, dice -> List.of(FaultOrder.of(new Fault.CutOne(ending(dice))))),
    /** {@link Fault.CutAll}. */
    CUT_ALL("cuts all connections at once", 4, dice -> List.of(FaultOrder.of(new Fault.CutAll(ending(dice))))),
    /** {@link Fault.Goaway}. */
    GOAWAY("sends GOAWAY on all connections", 6, dice -> List.of(FaultOrder.of(new Fault.Goaway()))),
    /** {@link Fault.ResetStream}. */
    RESET_STREAM(
            "resets streams in the middle of a body",
            8,
            dice -> lasting(
                    dice,
                    new Fault.ResetStream(
                            dice.one(List.of(StreamSide.values())), dice.between(0, 65_536), Http2Error.CANCEL))),
    /** {@link Fault.StallReads}. */
    STALL_READS("stops reading from the connector", 5, dice -> lasting(dice, new Fault.StallReads())),
    /** {@link Fault.TinyWindows}. */
    TINY_WINDOWS(
            "announces tiny windows", 5, dice -> lasting(dice, new Fault.TinyWindows((int) dice.between(16, 1_024)))),
    /** {@link Fault.SlowLink}. */
    SLOW_LINK("delays bytes and caps their rate", 10, dice -> lasting(dice, slow(dice))),
    /** {@link Fault.BlackHole} both ways. */
    BLACK_HOLE("lets nothing through", 6, dice -> lasting(dice, new Fault.BlackHole(Flow.BOTH))),
    /** {@link Fault.BlackHole} from the connector. */
    BLACK_HOLE_IN("lets nothing through from the connector", 3, dice -> lasting(dice, new Fault.BlackHole(Flow.IN))),
    /** {@link Fault.BlackHole} to the connector. */
    BLACK_HOLE_OUT("lets nothing through to the connector", 3, dice -> lasting(dice, new Fault.BlackHole(Flow.OUT))),
    /** {@link Fault.LargePackets}. */
    LARGE_PACKETS(
            "lets only small packets through",
            4,
            dice -> lasting(
                    dice, new Fault.LargePackets(dice.one(List.of(Flow.values())), (int) dice.between(500, 1_400)))),
    /** {@link Fault.CorruptFrame}. */
    CORRUPT_FRAME(
            "sends bytes that must not be accepted",
            4,
            dice -> List.of(FaultOrder.of(new Fault.CorruptFrame(dice.one(List.of(Corruption.values())))))),
    /** {@link Fault.ConfigMidUpload}. */
    CONFIG_MID_UPLOAD(
            "pushes the configuration during uploads",
            5,
            dice -> List.of(FaultOrder.of(new Fault.ConfigMidUpload(dice.between(0, 65_536))))),
    /** {@link Fault.ConfigStorm}. */
    CONFIG_STORM(
            "pushes the configuration many times in a row",
            4,
            dice -> List.of(FaultOrder.of(new Fault.ConfigStorm((int) dice.between(5, 50))))),
    /** {@link Fault.RegionLoss}. */
    REGION_LOSS("takes a region away", 4, dice -> lasting(dice, new Fault.RegionLoss())),
    /** {@link Fault.SkewedCertificate}. */
    SKEWED_CERTIFICATE(
            "shows a certificate that is not valid yet", 2, dice -> lasting(dice, new Fault.SkewedCertificate())),
    /** {@link Fault.ExpiredCertificate}. */
    EXPIRED_CERTIFICATE(
            "shows a certificate that has expired", 3, dice -> lasting(dice, new Fault.ExpiredCertificate())),
    /** All of them. */
    MIXED("all of the above, the everyday ones more often", 0, Profile::any);

    private final String description;
    private final int weight;

    @SuppressWarnings("ImmutableEnumChecker") // the lambdas have no state
    private final Function<Dice, List<FaultOrder>> episode;

    Profile(String description, int weight, Function<Dice, List<FaultOrder>> episode) {
        this.description = description;
        this.weight = weight;
        this.episode = episode;
    }

    /** The profile with that name, as in {@code black-hole}; throws IllegalArgumentException if there is none. */
    public static Profile named(String name) {
        return Arrays.stream(values())
                .filter(profile -> profile.text().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no profile is called " + name));
    }

    /** Its name in lower case with hyphens. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** One line for people. */
    public String description() {
        return description;
    }

    /** How often {@link #MIXED} draws it, against the sum of all weights. */
    public int weight() {
        return weight;
    }

    /** The orders of the next random fault, in their order; none if nothing ever happens. */
    List<FaultOrder> episode(Dice dice) {
        return episode.apply(dice);
    }

    private static List<FaultOrder> any(Dice dice) {
        int sum = Arrays.stream(values()).mapToInt(Profile::weight).sum();
        long left = dice.between(1, sum);
        for (Profile profile : values()) {
            left -= profile.weight;
            if (left <= 0) {
                return profile.episode(dice);
            }
        }
        throw new IllegalStateException("more than all weights");
    }

    // A connector that is up does not register: one connection has to go first.
    private static List<FaultOrder> afterCut(Dice dice, Fault.Registration fault) {
        return List.of(FaultOrder.of(fault), FaultOrder.of(new Fault.CutOne(ending(dice))));
    }

    private static List<FaultOrder> lasting(Dice dice, Fault fault) {
        return List.of(FaultOrder.of(fault).lasting(dice.millis(500, 5_000)));
    }

    private static Ending ending(Dice dice) {
        return dice.one(List.of(Ending.values()));
    }

    private static Fault slow(Dice dice) {
        Flow flow = dice.one(List.of(Flow.values()));
        Duration delay = dice.millis(10, 400);
        Duration jitter = dice.millis(0, 100);
        return new Fault.SlowLink(flow, delay, jitter, dice.between(20_000, 1_000_000));
    }
}
