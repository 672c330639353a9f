package dev.adit.edgesim.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.fault.Fault;
import dev.adit.edgesim.fault.Profile;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TrialsTest {
    private static final List<String> REGIONS = List.of("region1", "region2");

    @Test
    void sameSeedGivesTheSameFaults() {
        assertThat(all(3)).isEqualTo(all(3));
        assertThat(LongStream.range(0, 10).mapToObj(TrialsTest::all).distinct().count())
                .isGreaterThan(1);
    }

    @Test
    void choiceOfProfilesDoesNotChangeWhatTheSeedGives() {
        List<Trial> some = Trials.of(EnumSet.of(Profile.CUT_ONE, Profile.REGION_LOSS), 3, 4, REGIONS);

        assertThat(some).hasSize(2);
        assertThat(all(3)).containsAll(some);
    }

    @Test
    void eachProfileIsRehearsedOnceAndDescribed() {
        assertThat(all(1)).map(Trial::profile).containsExactlyElementsOf(Trials.PROFILES);
        assertThat(all(1)).allSatisfy(trial -> assertThat(trial.description()).endsWith("."));
    }

    @Test
    void faultsTakeLessThanFourMinutes() {
        assertThat(all(1).stream().map(Trial::lasting).reduce(Duration.ZERO, Duration::plus))
                .isLessThan(Duration.ofMinutes(4));
    }

    @Test
    void faultsThatLastAreOrderedForAsLongAsTheTrial() {
        assertThat(all(1))
                .allSatisfy(trial -> assertThat(trial.orders())
                        .filteredOn(order -> !(order.fault() instanceof Fault.Instant))
                        .allSatisfy(order -> assertThat(order.duration()).isEqualTo(trial.lasting())));
    }

    @Test
    void onlyFaultsThatLastCanNeedDetection() {
        assertThat(all(1))
                .filteredOn(Trial::needsDetection)
                .isNotEmpty()
                .noneMatch(trial -> trial.lasting().isZero());
    }

    private static List<Trial> all(long seed) {
        return Trials.of(Trials.PROFILES, seed, 4, REGIONS);
    }
}
