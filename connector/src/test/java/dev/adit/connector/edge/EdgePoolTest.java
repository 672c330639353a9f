package dev.adit.connector.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class EdgePoolTest {
    private static final EdgeAddress A = new EdgeAddress("a", 1);
    private static final EdgeAddress B = new EdgeAddress("b", 1);
    private static final EdgeAddress C = new EdgeAddress("c", 1);

    private final EdgePool pool = new EdgePool(List.of(A, B, C));

    @Test
    void spreadsConnectionsOverTheAddresses() {
        assertThat(pool.address(0, 0)).isEqualTo(A);
        assertThat(pool.address(1, 0)).isEqualTo(B);
        assertThat(pool.address(2, 0)).isEqualTo(C);
        assertThat(pool.address(3, 0)).isEqualTo(A);
    }

    @Test
    void givesTheNextAddressAfterEachTrouble() {
        assertThat(pool.address(1, 1)).isEqualTo(C);
        assertThat(pool.address(1, 2)).isEqualTo(A);
        assertThat(pool.address(1, 3)).isEqualTo(B);
        assertThat(pool.address(1, Integer.MAX_VALUE)).isIn(A, B, C);
    }

    @Test
    void wantsAnAddress() {
        assertThatThrownBy(() -> new EdgePool(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
