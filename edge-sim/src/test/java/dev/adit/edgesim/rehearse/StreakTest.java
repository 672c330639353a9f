package dev.adit.edgesim.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StreakTest {
    private final Streak streak = new Streak(2);

    @Test
    void isCompleteAfterEnoughGoodOnesInARow() {
        streak.begin(100);
        streak.good(110);
        assertThat(streak.isComplete()).isFalse();
        streak.bad(120);
        streak.good(130);
        assertThat(streak.isComplete()).isFalse();
        streak.good(140);

        assertThat(streak.isComplete()).isTrue();
        assertThat(streak.sinceNanos()).isEqualTo(130);
    }

    @Test
    void takesNoNoticeOfThoseThatWereDueBefore() {
        streak.begin(100);
        streak.good(99);
        streak.good(100);
        streak.bad(50);
        streak.good(101);

        assertThat(streak.isComplete()).isTrue();
        assertThat(streak.sinceNanos()).isEqualTo(100);
    }

    @Test
    void beginsAnew() {
        streak.begin(100);
        streak.good(100);
        streak.good(101);

        streak.begin(200);

        assertThat(streak.isComplete()).isFalse();
    }

    @Test
    void measuresAcrossTheOverflowOfTheClock() {
        streak.begin(Long.MAX_VALUE);
        streak.good(Long.MAX_VALUE + 1);
        streak.bad(Long.MAX_VALUE - 1);
        streak.good(Long.MAX_VALUE + 2);

        assertThat(streak.isComplete()).isTrue();
    }
}
