package dev.adit.edgesim.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FaultPlanTest {
    @Test
    void isTheSameForTheSameSeedOnEveryJdk() {
        assertThat(lines(Profile.MIXED, 42, Duration.ofSeconds(25)))
                .containsExactly(
                        "2.448s RegionLoss[] scope=all for=2313ms",
                        "4.832s TinyWindows[bytes=1023] scope=all for=3715ms",
                        "8.359s Duplicate[] scope=all",
                        "8.359s CutOne[ending=FIN] scope=all",
                        "9.990s StallReads[] scope=all for=1297ms",
                        "11.765s ResetStream[side=REQUEST, bytes=33766, error=CANCEL] scope=all for=4417ms",
                        "14.354s RegionLoss[] scope=all for=2170ms",
                        "16.607s HangRpc[] scope=all",
                        "16.607s CutOne[ending=RST] scope=all",
                        "20.861s ConfigMidUpload[bytes=16183] scope=all",
                        "24.896s TinyWindows[bytes=477] scope=all for=3977ms");
        assertThat(lines(Profile.BLACK_HOLE, 42, Duration.ofSeconds(15)))
                .containsExactly(
                        "2.448s BlackHole[flow=BOTH] scope=all for=2549ms",
                        "5.761s BlackHole[flow=BOTH] scope=all for=1384ms",
                        "10.809s BlackHole[flow=BOTH] scope=all for=3960ms");
    }

    @Test
    void isAnotherForAnotherSeed() {
        assertThat(lines(Profile.MIXED, 1, Duration.ofMinutes(1)))
                .isNotEqualTo(lines(Profile.MIXED, 2, Duration.ofMinutes(1)));
    }

    @Test
    void hasNothingButItsOwnFault() {
        for (Profile profile : EnumSet.complementOf(EnumSet.of(Profile.CALM, Profile.MIXED))) {
            List<TimedOrder> orders = FaultPlan.of(profile, 3).until(Duration.ofMinutes(5));
            String kind = profile.text().replaceAll("-(in|out)$", "");

            assertThat(orders).isNotEmpty();
            assertThat(orders)
                    .extracting(order -> order.order().fault().name())
                    .contains(kind)
                    .isSubsetOf(kind, "cut-one");
        }
    }

    @Test
    void mixesAllKinds() {
        Set<String> drawn = new HashSet<>();
        FaultPlan.of(Profile.MIXED, 5)
                .until(Duration.ofHours(2))
                .forEach(order -> drawn.add(order.order().fault().name()));

        assertThat(drawn)
                .containsExactlyInAnyOrderElementsOf(
                        FaultOrders.kinds().stream().map(FaultKind::name).toList());
    }

    @Test
    void everyStandingFaultEndsByItself() {
        assertThat(FaultPlan.of(Profile.MIXED, 6).until(Duration.ofHours(1)))
                .filteredOn(order -> order.order().fault() instanceof Fault.Standing)
                .isNotEmpty()
                .allMatch(order -> order.order().duration() != null);
    }

    @Test
    void hasNoProfileOfAnotherName() {
        assertThatThrownBy(() -> Profile.named("chaos")).hasMessage("no profile is called chaos");
        assertThat(Profile.named("hang-rpc")).isEqualTo(Profile.HANG_RPC);
    }

    private static List<String> lines(Profile profile, long seed, Duration until) {
        return FaultPlan.of(profile, seed).until(until).stream()
                .map(TimedOrder::line)
                .toList();
    }
}
