package dev.adit.connector.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class EdgePoolTest {
    private static final EdgeAddress A1 = new EdgeAddress("192.0.2.1", 1);
    private static final EdgeAddress A2 = new EdgeAddress("192.0.2.2", 1);
    private static final EdgeAddress B1 = new EdgeAddress("198.51.100.1", 1);
    private static final EdgeAddress B2 = new EdgeAddress("198.51.100.2", 1);
    private static final EdgeAddress A6 = new EdgeAddress("2001:db8::1", 1);
    private static final List<EdgeAddress> A = List.of(A1, A2);
    private static final List<EdgeAddress> B = List.of(B1, B2);

    private long now = Long.MAX_VALUE;

    @Test
    void spreadsConnectionsOverRegionsAndAddresses() {
        for (int seed = 0; seed < 20; seed++) {
            EdgePool pool = pool(A, B, IpVersion.AUTO, seed);
            EdgeAddress first = pool.address(0);
            EdgeAddress second = pool.address(1);

            assertThat(A.contains(first)).isNotEqualTo(A.contains(second));
            assertThat(Set.of(first, second, pool.address(2), pool.address(3))).hasSize(4);
        }
    }

    @Test
    void startsInEitherRegion() {
        Set<EdgeAddress> firsts = new HashSet<>();
        for (int seed = 0; seed < 20; seed++) {
            firsts.add(pool(A, B, IpVersion.AUTO, seed).address(0));
        }
        assertThat(firsts).containsExactlyInAnyOrder(A1, B1);
    }

    @Test
    void keepsAnAddressUntilItIsLeft() {
        EdgePool pool = pool(A, B, IpVersion.AUTO, 1);

        assertThat(pool.address(0)).isEqualTo(pool.address(0));
    }

    @Test
    void prefersTheOtherRegionAndVisitsAllBeforeItComesBack() {
        EdgePool pool = pool(A, B, IpVersion.AUTO, 1);
        EdgeAddress first = pool.address(0);
        pool.leave(0, true);
        EdgeAddress second = pool.address(0);
        pool.leave(0, true);
        EdgeAddress third = pool.address(0);
        pool.leave(0, true);
        EdgeAddress fourth = pool.address(0);
        pool.leave(0, true);

        assertThat(A.contains(first)).isNotEqualTo(A.contains(second)).isEqualTo(A.contains(third));
        assertThat(Set.of(first, second, third, fourth)).hasSize(4);
        assertThat(pool.address(0)).isEqualTo(first);
    }

    @Test
    void sharesAddressesWhenThereAreTooFew() {
        EdgePool pool = pool(List.of(A1), List.of(), IpVersion.AUTO, 1);

        assertThat(pool.address(0)).isEqualTo(A1);
        assertThat(pool.address(1)).isEqualTo(A1);
        pool.leave(0, true);
        assertThat(pool.address(0)).isEqualTo(A1);
        assertThat(pool.size()).isEqualTo(1);
    }

    @Test
    void knowsWhetherSomeoneWhoLeavesFindsAFreeAddress() {
        EdgePool pool = pool(List.of(A1), List.of(B1), IpVersion.AUTO, 1);
        pool.address(0);
        pool.leave(0, true);
        assertThat(pool.hasFree()).isTrue();

        pool.address(0);
        pool.address(1);
        pool.leave(0, true);
        assertThat(pool.hasFree()).isFalse();
    }

    @Test
    void leavesNothingThatWasNotTaken() {
        EdgePool pool = pool(List.of(A1), List.of(B1), IpVersion.AUTO, 1);
        EdgeAddress taken = pool.address(0);

        pool.leave(1, true);
        pool.leave(0, false);
        pool.leave(0, false);

        assertThat(pool.address(1)).isNotEqualTo(pool.address(0));
        assertThat(taken).isIn(A1, B1);
    }

    @Test
    void dialsTheFamilyOfTheFirstAddressAndTheOtherOneForTenMinutes() {
        EdgePool pool = pool(List.of(A6, A1), List.of(), IpVersion.AUTO, 1);
        assertThat(pool.address(0)).isEqualTo(A6);

        pool.leave(0, false);
        assertThat(pool.address(0)).isEqualTo(A6);
        pool.leave(0, true);
        assertThat(pool.address(0)).isEqualTo(A1);
        pool.leave(0, false);
        assertThat(pool.address(0)).isEqualTo(A1);

        now += Duration.ofMinutes(10).toNanos() - 1;
        pool.leave(0, false);
        assertThat(pool.address(0)).isEqualTo(A1);
        now++;
        pool.leave(0, false);
        assertThat(pool.address(0)).isEqualTo(A6);
    }

    @Test
    void goesBackToIpv6WhenIpv4FailsToo() {
        EdgePool pool = pool(List.of(A6, A1), List.of(), IpVersion.AUTO, 1);
        pool.address(0);
        pool.leave(0, true);
        pool.address(0);

        pool.leave(0, true);

        assertThat(pool.address(0)).isEqualTo(A6);
    }

    @Test
    void neverSwitchesFromIpv4() {
        EdgePool pool = pool(List.of(A1, A6), List.of(), IpVersion.AUTO, 1);
        pool.address(0);

        pool.leave(0, true);

        assertThat(pool.address(0)).isEqualTo(A1);
    }

    @Test
    void takesOneFamilyOnlyWhenToldSo() {
        assertThat(pool(List.of(A6, A1), B, IpVersion.V4, 1).size()).isEqualTo(3);
        assertThat(pool(List.of(A1, A6), B, IpVersion.V6, 1).address(0)).isEqualTo(A6);
        assertThatThrownBy(() -> pool(A, B, IpVersion.V6, 1)).hasMessage("the edge has no IPv6 address");
    }

    @Test
    void dealsAListOutToTwoRegions() {
        assertThat(EdgeRegions.dealt(List.of(A1, B1, A2, B2))).isEqualTo(new EdgeRegions(A, B));
        assertThat(EdgeRegions.dealt(List.of(A1)).second()).isEmpty();
        assertThatThrownBy(() -> EdgeRegions.dealt(List.of()))
                .hasMessage("there are no free edge addresses left to resolve to");
    }

    private EdgePool pool(List<EdgeAddress> first, List<EdgeAddress> second, IpVersion version, int seed) {
        return new EdgePool(new EdgeRegions(first, second), version, () -> now, new Random(seed * 0x9E3779B97F4A7C15L));
    }
}
