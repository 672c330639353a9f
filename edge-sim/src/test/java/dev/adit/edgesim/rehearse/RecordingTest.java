package dev.adit.edgesim.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RecordingTest {
    private static final long BEGAN = -5_000_000_000L;

    private final Recording recording = new Recording(BEGAN);

    @Test
    void countsEachRequestInTheSecondInWhichItWasDue() {
        assertThat(end(0, Outcome.RIGHT, 900)).isTrue();
        assertThat(end(1_999, Outcome.BROKEN, 2_100)).isFalse();
        assertThat(end(1_000, Outcome.UNANSWERED, 11_000)).isFalse();

        assertThat(recording.seconds()).hasSize(2);
        assertThat(recording.seconds().get(0).inTime()).isEqualTo(1);
        assertThat(recording.seconds().get(1).lost()).isEqualTo(2);
        assertThat(recording.whole().total()).isEqualTo(3);
        assertThat(recording.whole().count(Outcome.UNANSWERED)).isEqualTo(1);
    }

    @Test
    void isLateAfterASecondFromWhenItWasDue() {
        assertThat(end(100, Outcome.RIGHT, 1_100)).isTrue();
        assertThat(end(100, Outcome.RIGHT, 1_101)).isFalse();

        assertThat(recording.whole().inTime()).isEqualTo(1);
        assertThat(recording.whole().late()).isEqualTo(1);
    }

    @Test
    void knowsWhichRequestsHaveNotEnded() {
        recording.sent();
        recording.sent();
        assertThat(recording.outstanding()).isEqualTo(2);

        recording.ended(BEGAN, Outcome.DOWN, BEGAN + 1);

        assertThat(recording.outstanding()).isEqualTo(1);
        assertThat(recording.whole().lost()).isZero();
        assertThat(recording.whole().count(Outcome.DOWN)).isEqualTo(1);
    }

    @Test
    void countsWrongMessagesOfStreamsAsWrong() {
        recording.wrongMessage(at(300));
        recording.cut();

        assertThat(recording.whole().count(Outcome.WRONG)).isEqualTo(1);
        assertThat(recording.outstanding()).isZero();
        assertThat(recording.cuts()).isEqualTo(1);
    }

    @Test
    void keepsTheChangesOfTheNumberOfConnections() {
        recording.connections(4, at(0));
        recording.connections(4, at(20));
        recording.connections(3, at(40));

        assertThat(recording.steps())
                .containsExactly(new Recording.Step(Duration.ZERO, 4), new Recording.Step(Duration.ofMillis(40), 3));
    }

    private boolean end(long dueMillis, Outcome outcome, long endMillis) {
        recording.sent();
        return recording.ended(at(dueMillis), outcome, at(endMillis));
    }

    private static long at(long millis) {
        return BEGAN + TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
