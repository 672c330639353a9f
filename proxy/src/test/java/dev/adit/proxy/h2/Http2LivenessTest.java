package dev.adit.proxy.h2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.proxy.h2.Http2Liveness.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class Http2LivenessTest {
    private static final Http2PingTimes TIMES = Http2PingTimes.TUNNEL;
    private static final long CHECK = TIMES.check().toNanos();

    /** Where {@code System.nanoTime} may well be. */
    private long now = Long.MAX_VALUE - Duration.ofSeconds(3).toNanos();

    private final Http2Liveness liveness = new Http2Liveness(TIMES, now);

    @Test
    void asksAnIdlePeerAfterFifteenSeconds() {
        assertThat(checksUntil(Verdict.PING, false, false)).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void asksABusyPeerAfterThreeSeconds() {
        assertThat(checksUntil(Verdict.PING, true, false)).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void findsADeadPathWithinTenSecondsOfTrafficAndTwentyWithout() {
        checksUntil(Verdict.PING, true, false);
        assertThat(checksUntil(Verdict.DEAD, true, false)).isEqualTo(TIMES.answer());

        assertThat(TIMES.busy().plus(TIMES.answer()).plus(TIMES.check().multipliedBy(2)))
                .isLessThanOrEqualTo(Duration.ofSeconds(10));
        assertThat(TIMES.idle().plus(TIMES.answer()).plus(TIMES.check().multipliedBy(2)))
                .isLessThanOrEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void asksAgainAfterEachAnswerAndMeasuresTheWay() {
        checksUntil(Verdict.PING, true, false);
        assertThat(liveness.rttNanos()).isEqualTo(-1);
        now += 70_000_000;

        assertThat(liveness.answered(liveness.pingId(), now)).isTrue();
        assertThat(liveness.rttNanos()).isEqualTo(70_000_000);
        assertThat(checksUntil(Verdict.PING, true, false)).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void takesNoAnswerTwiceAndNoneToAnotherQuestion() {
        checksUntil(Verdict.PING, true, false);

        assertThat(liveness.answered(liveness.pingId() + 1, now)).isFalse();
        assertThat(liveness.answered(liveness.pingId(), now)).isTrue();
        assertThat(liveness.answered(liveness.pingId(), now)).isFalse();
    }

    @Test
    void doesNotTakeBytesFromThePeerForAnAnswer() {
        checksUntil(Verdict.PING, true, false);

        for (int i = 0; i < 7; i++) {
            liveness.received(1000);
            assertThat(check(true, false)).isEqualTo(Verdict.ALIVE);
        }
        liveness.received(1000);
        assertThat(check(true, false)).isEqualTo(Verdict.DEAD);
    }

    @Test
    void takesCreditForAProof() {
        for (int i = 0; i < 20; i++) {
            liveness.credited(now);
            assertThat(check(true, false)).isEqualTo(Verdict.ALIVE);
        }
        assertThat(checksUntil(Verdict.PING, true, false)).isEqualTo(Duration.ofMillis(2500));
        check(true, false);
        liveness.credited(now);
        assertThat(checksUntil(Verdict.DEAD, true, false)).isEqualTo(TIMES.answer());
    }

    @Test
    void waitsForEverWhileAFullSocketDrains() {
        checksUntil(Verdict.PING, true, false);

        for (int i = 0; i < 1000; i++) {
            assertThat(check(true, true)).isEqualTo(Verdict.ALIVE);
        }
        assertThat(checksUntil(Verdict.DEAD, true, false)).isEqualTo(TIMES.answer());
    }

    @Test
    void asksSoonForAWhileAfterTheLastTraffic() {
        liveness.opened();
        assertThat(checksUntil(Verdict.PING, false, false)).isEqualTo(Duration.ofSeconds(3));
        liveness.answered(liveness.pingId(), now);
        for (int i = 0; i < 3; i++) {
            assertThat(checksUntil(Verdict.PING, false, false)).isEqualTo(Duration.ofSeconds(3));
            liveness.answered(liveness.pingId(), now);
        }

        assertThat(checksUntil(Verdict.PING, false, false)).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(15));
        liveness.answered(liveness.pingId(), now);
        assertThat(checksUntil(Verdict.PING, false, false)).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void waitsForAnAnswerBehindABodyThatWasBegunAsLongAsThatTakes() {
        liveness.grows(1 << 20, now);
        checksUntil(Verdict.PING, true, false);

        // 100 KB/s: the first MiB takes ten seconds and a half.
        assertThat(deadWhileReceiving(50_000)).isBetween(Duration.ofSeconds(14), Duration.ofSeconds(15));
    }

    @Test
    void waitsNoLongerBehindSmallBodiesThanTheyTake() {
        for (int i = 0; i < 5; i++) {
            liveness.opened();
            liveness.received(16_384);
        }
        checksUntil(Verdict.PING, true, false);

        assertThat(deadWhileReceiving(80_000)).isEqualTo(TIMES.answer());
    }

    @Test
    void waitsBehindAnOldBodyAsMuchLongerAsLastTime() {
        liveness.grows(1 << 20, now);
        checksUntil(Verdict.PING, true, false);
        now += Duration.ofSeconds(2).toNanos();
        liveness.answered(liveness.pingId(), now);
        checksUntil(Verdict.PING, true, false);

        assertThat(deadWhileReceiving(50_000)).isBetween(Duration.ofMillis(5500), Duration.ofSeconds(6));
    }

    @Test
    void waitsBehindBodiesForALimitedTime() {
        for (int i = 0; i < 20; i++) {
            liveness.grows(1 << 20, now);
        }
        checksUntil(Verdict.PING, true, false);

        assertThat(deadWhileReceiving(20_000))
                .isBetween(TIMES.slow(), TIMES.slow().plus(TIMES.answer()));
    }

    @Test
    void waitsBehindABodyThatShowsItsSizeRightAfterTheQuestion() {
        checksUntil(Verdict.PING, true, false);
        liveness.grows(1 << 20, now);

        assertThat(deadWhileReceiving(50_000)).isBetween(Duration.ofSeconds(14), Duration.ofSeconds(15));
    }

    @Test
    void doesNotWaitBehindABodyThatBeganAfterTheQuestion() {
        checksUntil(Verdict.PING, true, false);
        check(true, false);
        check(true, false);
        liveness.grows(1 << 20, now);

        assertThat(deadWhileReceiving(50_000))
                .isEqualTo(TIMES.answer().minus(TIMES.check().multipliedBy(2)));
    }

    private Duration deadWhileReceiving(int bytesPerCheck) {
        Duration waited = Duration.ZERO;
        do {
            liveness.received(bytesPerCheck);
            waited = waited.plus(TIMES.check());
        } while (check(true, false) != Verdict.DEAD);
        return waited;
    }

    @Test
    void doesNotBlameThePeerForATimeInWhichNobodyLooked() {
        checksUntil(Verdict.PING, true, false);

        now += Duration.ofMinutes(5).toNanos();

        assertThat(liveness.check(now, true, false)).isEqualTo(Verdict.ALIVE);
        assertThat(checksUntil(Verdict.DEAD, true, false)).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void wantsToLookOftenEnough() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new Http2PingTimes(second, second, second, second, second, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Http2PingTimes(second, second, second, second, Duration.ZERO, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private Duration checksUntil(Verdict verdict, boolean traffic, boolean moved) {
        Duration passed = Duration.ZERO;
        Verdict said;
        do {
            said = check(traffic, moved);
            passed = passed.plus(TIMES.check());
        } while (said == Verdict.ALIVE);
        assertThat(said).isEqualTo(verdict);
        return passed;
    }

    private Verdict check(boolean traffic, boolean moved) {
        now += CHECK;
        return liveness.check(now, traffic, moved);
    }
}
