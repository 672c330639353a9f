package dev.adit.connector.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BackoffTest {
    @Test
    void doublesItsBoundUpToThirtyTwoSeconds() {
        Backoff backoff = new Backoff(Draws.LONGEST, 5);

        for (int seconds : new int[] {2, 4, 8, 16, 32, 32, 32}) {
            assertThat(backoff.bound(backoff.failures())).isEqualTo(Duration.ofSeconds(seconds));
            assertThat(backoff.next(0)).isEqualTo(Duration.ofSeconds(seconds).minusMillis(1));
        }
        assertThat(backoff.failures()).isEqualTo(7);
    }

    @Test
    void doublesNoMoreOftenThanItIsTold() {
        assertThat(new Backoff(Draws.LONGEST, 0).bound(9)).hasSeconds(1);
        assertThat(new Backoff(Draws.LONGEST, 3).bound(9)).hasSeconds(8);
        assertThat(new Backoff(Draws.LONGEST, 10).bound(9)).hasSeconds(1024);
    }

    @Test
    void drawsWithoutCounting() {
        Backoff backoff = new Backoff(Draws.LONGEST, 5);

        assertThat(backoff.draw(1)).hasMillis(3999);
        assertThat(backoff.failures()).isZero();
    }

    @Test
    void startsAnewAfterASuccess() {
        Backoff backoff = new Backoff(Draws.LONGEST, 5);
        backoff.next(0);
        backoff.next(0);

        backoff.reset();

        assertThat(backoff.failures()).isZero();
        assertThat(backoff.next(0)).isEqualTo(Duration.ofMillis(1999));
    }

    @Test
    void waitsNoLessLongThanOthersWhoFailedMoreOften() {
        Backoff backoff = new Backoff(Draws.LONGEST, 5);

        assertThat(backoff.next(2)).isEqualTo(Duration.ofMillis(7999));
        assertThat(backoff.failures()).isEqualTo(1);
    }

    @Test
    void neverWaitsForLessThanNothingOrMoreThanItsBound() {
        Backoff backoff = new Backoff(new Random(42), 5);

        for (int i = 0; i < 10_000; i++) {
            Duration bound = backoff.bound(backoff.failures());
            assertThat(backoff.next(0)).isBetween(Duration.ZERO, bound);
        }
    }
}
