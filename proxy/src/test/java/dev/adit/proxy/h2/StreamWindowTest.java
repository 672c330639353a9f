package dev.adit.proxy.h2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class StreamWindowTest {
    private static final int KIB = 1024;
    private static final long RTT = TimeUnit.MILLISECONDS.toNanos(100);

    private final StreamWindow window = new StreamWindow(64 * KIB, 200 * KIB, -5);
    private long now = -5;

    @Test
    void doublesWhileAWholeWindowIsPassedOnWithinTwoRoundTrips() {
        assertThat(pass(32, 2 * RTT - 1)).isZero();
        assertThat(pass(32, 1)).isEqualTo(64 * KIB);
        assertThat(pass(127, RTT)).isZero();
        assertThat(pass(1, RTT)).isEqualTo(72 * KIB);
        assertThat(pass(200, 1)).isZero();
        assertThat(pass(5000, 1)).isZero();
    }

    @Test
    void staysWhereTheLineOrTheOriginIsSlower() {
        for (int i = 0; i < 10; i++) {
            assertThat(pass(64, 2 * RTT + 1)).isZero();
        }
        assertThat(pass(64, 2 * RTT)).isEqualTo(64 * KIB);
    }

    @Test
    void staysAsLongAsNoRoundTripIsKnown() {
        assertThat(window.passedOn(64 * KIB, now, 0)).isZero();
        assertThat(window.passedOn(64 * KIB, now, -1)).isZero();
    }

    private int pass(int kib, long after) {
        now += after;
        return window.passedOn(kib * KIB, now, RTT);
    }
}
