package dev.adit.edgesim.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.edgesim.fault.Fault;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ProfilesTest {
    private static final List<String> REGIONS = List.of("region1", "region2");

    @Test
    void sameSeedGivesTheSameFaults() {
        assertThat(Profiles.all(3, 4, REGIONS)).isEqualTo(Profiles.all(3, 4, REGIONS));
        assertThat(LongStream.range(0, 10)
                        .mapToObj(seed -> Profiles.all(seed, 4, REGIONS))
                        .distinct()
                        .count())
                .isGreaterThan(1);
    }

    @Test
    void namesAreUniqueAndDescribed() {
        assertThat(Profiles.names()).doesNotHaveDuplicates().allMatch(name -> name.matches("[a-z-]+"));
        assertThat(Profiles.all(1, 4, REGIONS))
                .allSatisfy(profile -> assertThat(profile.description()).endsWith("."));
    }

    @Test
    void faultsTakeLessThanFourMinutes() {
        assertThat(Profiles.all(1, 4, REGIONS).stream().map(Profile::lasting).reduce(Duration.ZERO, Duration::plus))
                .isLessThan(Duration.ofMinutes(4));
    }

    @Test
    void losesNoRegionOfAnEdgeThatHasOnlyOne() {
        assertThat(Profiles.all(1, 4, List.of("region1")))
                .noneMatch(profile ->
                        profile.orders().stream().anyMatch(order -> order.fault() instanceof Fault.RegionLoss));
    }

    @Test
    void faultsThatLastAreOrderedForAsLongAsTheProfile() {
        assertThat(Profiles.all(1, 4, REGIONS))
                .allSatisfy(profile -> assertThat(profile.orders())
                        .filteredOn(order -> !(order.fault() instanceof Fault.Instant))
                        .allSatisfy(order -> assertThat(order.duration()).isEqualTo(profile.lasting())));
    }

    @Test
    void onlyFaultsThatLastCanNeedDetection() {
        assertThat(Profiles.all(1, 4, REGIONS))
                .filteredOn(Profile::needsDetection)
                .isNotEmpty()
                .noneMatch(profile -> profile.lasting().isZero());
    }
}
