package dev.adit.connector.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class BoundsTest {
    private final Bounds bounds = new Bounds(TimeUnit.MILLISECONDS, 1, 2.5);

    @Test
    void putsATimeIntoTheFirstBucketThatHoldsIt() {
        assertThat(List.of(0L, 1_000_000L, 1_000_001L, 2_500_000L, 2_500_001L, Long.MAX_VALUE))
                .extracting(bounds::bucket)
                .containsExactly(0, 0, 1, 1, 2, 2);
    }

    @Test
    void addsUpWhatSeveralRecorded() {
        Distribution one = new Distribution(bounds);
        Distribution other = new Distribution(bounds);
        one.record(500_000);
        other.record(700_000);
        other.record(3_000_000);

        assertThat(Distribution.total(bounds, List.of(one, other)))
                .isEqualTo(new Distribution.Total(bounds, List.of(2L, 0L, 1L), 4.2));
        assertThat(bounds.upper()).containsExactly(1.0, 2.5, Double.POSITIVE_INFINITY);
    }
}
