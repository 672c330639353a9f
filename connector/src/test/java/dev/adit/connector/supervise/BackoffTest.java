package dev.adit.connector.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class BackoffTest {
    /** Draws the longest wait each time. */
    private static final RandomGenerator LONGEST = new RandomGenerator() {
        @Override
        public long nextLong() {
            throw new UnsupportedOperationException("only bounded numbers are drawn");
        }

        @Override
        public long nextLong(long bound) {
            return bound - 1;
        }
    };

    @Test
    void doublesItsBoundUpToThirtyTwoSeconds() {
        Backoff backoff = new Backoff(LONGEST);

        for (int seconds : new int[] {2, 4, 8, 16, 32, 32, 32}) {
            assertThat(backoff.bound()).isEqualTo(Duration.ofSeconds(seconds));
            assertThat(backoff.next()).isEqualTo(Duration.ofSeconds(seconds).minusMillis(1));
        }
        assertThat(backoff.failures()).isEqualTo(7);
    }

    @Test
    void startsAnewAfterASuccess() {
        Backoff backoff = new Backoff(LONGEST);
        backoff.next();
        backoff.next();

        backoff.reset();

        assertThat(backoff.failures()).isZero();
        assertThat(backoff.bound()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void neverWaitsForLessThanNothingOrMoreThanItsBound() {
        Backoff backoff = new Backoff(new Random(42));

        for (int i = 0; i < 10_000; i++) {
            Duration bound = backoff.bound();
            assertThat(backoff.next()).isBetween(Duration.ZERO, bound);
        }
        assertThat(backoff.bound()).isEqualTo(Duration.ofSeconds(32));
    }
}
