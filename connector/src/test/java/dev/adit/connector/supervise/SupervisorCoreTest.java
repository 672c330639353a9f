package dev.adit.connector.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.edge.EdgeFailure;
import dev.adit.connector.supervise.SupervisorCore.Attempt;
import dev.adit.connector.tunnel.TunnelEnd;
import dev.adit.connector.wire.RegistrationOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SupervisorCoreTest {
    private static final Duration STABLE = RetryTimes.DEFAULT.stable();
    private static final Ending CUT = ending(new TunnelEnd.Lost(true, "closed by the edge"));
    private static final Ending SILENT = ending(new TunnelEnd.Silent(true, "no sign of life", Duration.ofSeconds(7)));
    private static final Ending UNREACHABLE =
            ending(new TunnelEnd.NotReached(new EdgeFailure(EdgeFailure.Kind.UNREACHABLE, "connection refused")));

    private final Recorded actions = new Recorded();
    private final long started = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();
    private long now = started;
    private SupervisorCore core = core(RetryTimes.DEFAULT, Draws.LONGEST);

    @Test
    void startsTheFirstAloneAndTheOthersOneASecondOnceItIsRegistered() {
        core.start(4);
        assertThat(actions.takeDials()).extracting(Attempt::connIndex).containsExactly(0);
        assertThat(core.nextWakeNanos()).isEmpty();

        pass(Duration.ofMinutes(1));
        Attempt first = actions.last(0);
        core.registered(first);

        assertThat(actions.takeDials()).extracting(Attempt::connIndex).containsExactly(1);
        pass(Duration.ofMillis(999));
        assertThat(actions.takeDials()).isEmpty();
        pass(Duration.ofMillis(1));
        assertThat(actions.takeDials()).extracting(Attempt::connIndex).containsExactly(2);
        pass(Duration.ofSeconds(1));
        assertThat(actions.takeDials()).extracting(Attempt::connIndex).containsExactly(3);
        assertThat(core.nextWakeNanos()).isEmpty();
    }

    @Test
    void backsOffWithGrowingWaitsWhileAnotherIsUpAndNeverStopsTrying() {
        upAll(2);

        core.ended(actions.last(1), CUT);
        assertThat(waited()).isEqualTo(Duration.ofMillis(1999));
        for (int seconds : new int[] {4, 8, 16, 32, 32, 32, 32}) {
            core.ended(actions.last(1), UNREACHABLE);
            assertThat(waited()).isEqualTo(Duration.ofSeconds(seconds).minusMillis(1));
        }
        assertThat(actions.last(1).previousAttempts()).isEqualTo(8);
        assertThat(actions.gaveUp).isNull();
    }

    @Test
    void backsOffNoFurtherThanItIsTold() {
        core = core(RetryTimes.DEFAULT.withDoublings(3), Draws.LONGEST);
        upAll(2);
        core.ended(actions.last(1), CUT);
        waited();

        for (int seconds : new int[] {4, 8, 8, 8}) {
            core.ended(actions.last(1), UNREACHABLE);
            assertThat(waited()).isEqualTo(Duration.ofSeconds(seconds).minusMillis(1));
        }
    }

    @Test
    void dialsEveryTwoSecondsAtMostWithOneThatNothingAnswersAndNeverSpins() {
        core.start(1);

        for (int i = 0; i < 100; i++) {
            core.ended(actions.last(0), UNREACHABLE);
            assertThat(waited()).isBetween(Duration.ofMillis(1500), Duration.ofSeconds(2));
        }
        assertThat(actions.last(0).previousAttempts()).isEqualTo(100);
    }

    @Test
    void letsOnlyOneOfManyDialEveryTwoSecondsWhileNothingIsUp() {
        upAll(4);
        pass(STABLE);
        for (int round = 0; round < 8; round++) {
            for (int i = 0; i < 4; i++) {
                core.ended(actions.last(i), UNREACHABLE);
            }
            pass(Duration.ofSeconds(40));
        }
        for (int i = 0; i < 4; i++) {
            core.ended(actions.last(i), UNREACHABLE);
        }
        actions.takeDials();

        for (int i = 0; i < 4; i++) {
            assertThat(waited()).isEqualTo(Duration.ofMillis(1999));
            List<Attempt> dials = actions.takeDials();
            assertThat(dials).hasSize(1);
            core.ended(dials.get(0), UNREACHABLE);
        }
    }

    @Test
    void letsTheOthersFollowTheFirstThatIsBackWithinASecond() {
        upAll(4);
        pass(STABLE);
        for (int round = 0; round < 8; round++) {
            for (int i = 0; i < 4; i++) {
                core.ended(actions.last(i), UNREACHABLE);
            }
            pass(Duration.ofSeconds(40));
        }
        for (int i = 0; i < 4; i++) {
            core.ended(actions.last(i), UNREACHABLE);
        }
        actions.takeDials();
        waited();
        Attempt back = actions.takeDials().get(0);

        core.registered(back);

        pass(Duration.ofMillis(999));
        assertThat(actions.takeDials()).hasSize(3);
        assertThat(core.nextWakeNanos()).isEmpty();
    }

    @Test
    void sparesAnEdgeThatAnswersButKeepsNoConnectionMoreAndMore() {
        core.start(1);

        for (int seconds : new int[] {2, 4, 8, 16, 32, 32}) {
            core.ended(actions.last(0), ending(new TunnelEnd.Lost(false, "the edge opened no control stream")));
            assertThat(waited()).isEqualTo(Duration.ofSeconds(seconds).minusMillis(1));
        }
    }

    @Test
    void takesAsManyAnswersAsThereAreConnectionsForOneRound() {
        core.start(4);

        for (int seconds : new int[] {2, 2, 2, 2, 4, 4, 4, 4, 8}) {
            core.ended(actions.last(0), ending(new TunnelEnd.Lost(false, "the edge opened no control stream")));
            assertThat(waited()).isEqualTo(Duration.ofSeconds(seconds).minusMillis(1));
        }
    }

    @Test
    void dialsOnEveryTwoSecondsWithAnEdgeThatKeepsConnectionsForASecond() {
        upAll(1);

        for (int i = 0; i < 8; i++) {
            pass(Duration.ofSeconds(1));
            core.ended(actions.last(0), CUT);
            assertThat(waited()).isBetween(Duration.ofMillis(1900), Duration.ofSeconds(2));
            core.registered(actions.last(0));
        }
    }

    @Test
    void makesNobodyDialSoonerThanTheEdgeAsked() {
        upAll(2);
        pass(STABLE);
        core.ended(actions.last(0), CUT);
        core.ended(actions.last(1), CUT);
        pass(Duration.ofSeconds(1));
        core.ended(actions.last(0), refused("busy", true, Duration.ofSeconds(60)));
        actions.takeDials();

        core.registered(actions.last(1));
        pass(Duration.ofSeconds(59));
        assertThat(actions.takeDials()).isEmpty();
        pass(Duration.ofSeconds(2));
        assertThat(actions.takeDials()).extracting(Attempt::connIndex).containsExactly(0);
    }

    @Test
    void letsAnotherDialSoonerThanOneThatTheEdgeAskedToWait() {
        upAll(2);
        for (int i = 0; i < 6; i++) {
            core.ended(actions.last(1), UNREACHABLE);
            pass(Duration.ofSeconds(32));
        }
        core.ended(actions.last(1), UNREACHABLE);
        actions.takeDials();

        core.ended(actions.last(0), refused("busy", true, Duration.ofSeconds(10)));

        assertThat(waited()).isEqualTo(Duration.ofMillis(1999));
        assertThat(actions.takeDials()).extracting(Attempt::connIndex).containsExactly(1);
    }

    @Test
    void keepsNoMoreConnectionsThanThereAreAddresses() {
        core.start(4);
        core.limitTo(2);
        core.registered(actions.last(0));
        pass(Duration.ofMinutes(1));

        assertThat(actions.takeDials()).extracting(Attempt::connIndex).containsExactly(0, 1);
        core.limitTo(9);
        assertThat(core.nextWakeNanos()).isEmpty();
    }

    @Test
    void retriesSoonAfterALossThatFollowsAnotherClosely() {
        upAll(4);
        pass(STABLE);
        for (int i = 0; i < 4; i++) {
            core.ended(actions.last(i), CUT);
        }
        pass(Duration.ofSeconds(1));
        for (int i = 0; i < 4; i++) {
            core.registered(actions.last(i));
        }
        pass(Duration.ofSeconds(1));
        actions.takeDials();

        for (int i = 0; i < 4; i++) {
            core.ended(actions.last(i), CUT);
        }

        pass(Duration.ofSeconds(2));
        assertThat(actions.takeDials()).hasSize(4);
    }

    @Test
    void drawsWaitsEvenlyFromZeroUp() {
        Set<Duration> waits = new HashSet<>();
        for (int seed = 0; seed < 50; seed++) {
            core = core(RetryTimes.DEFAULT, new Random(seed * 0x9E3779B97F4A7C15L));
            core.start(1);
            core.ended(actions.last(0), UNREACHABLE);
            waits.add(waited());
        }
        assertThat(waits).hasSizeGreaterThan(45).allMatch(wait -> wait.compareTo(Duration.ofSeconds(2)) < 0);
    }

    @Test
    void triesAtOnceAfterAConnectionFellSilent() {
        upAll(4);
        pass(STABLE);
        actions.takeDials();

        core.ended(actions.last(2), SILENT);

        assertThat(actions.takeDials()).extracting(Attempt::connIndex).containsExactly(2);
        assertThat(actions.last(2).previousAttempts()).isZero();
        assertThat(actions.left).containsExactly("2 unreachable");
    }

    @Test
    void triesWithinAQuarterOfASecondAfterALongLivedConnectionWasCutAlone() {
        upAll(4);
        pass(STABLE);
        actions.takeDials();

        core.ended(actions.last(2), CUT);

        assertThat(waited()).isEqualTo(Duration.ofMillis(249));
        assertThat(actions.takeDials()).extracting(Attempt::connIndex).containsExactly(2);
        assertThat(actions.left).isEmpty();
    }

    @Test
    void backsOffWhenTheTryAfterALossFails() {
        upAll(1);
        pass(STABLE);
        core.ended(actions.last(0), CUT);
        assertThat(waited()).isEqualTo(Duration.ofMillis(999));

        core.ended(actions.last(0), UNREACHABLE);

        assertThat(waited()).isEqualTo(Duration.ofMillis(1999));
        assertThat(actions.last(0).previousAttempts()).isEqualTo(1);
    }

    @Test
    void spreadsConnectionsThatAreLostTogetherAndDialsEachAlone() {
        upAll(4);
        pass(STABLE);
        actions.takeDials();

        for (int i = 0; i < 4; i++) {
            core.ended(actions.last(i), CUT);
        }

        assertThat(actions.takeDials()).isEmpty();
        for (int i = 0; i < 4; i++) {
            assertThat(waited()).isEqualTo(Duration.ofMillis(i == 0 ? 249 : 250));
            assertThat(actions.takeDials()).extracting(Attempt::connIndex).containsExactly(i);
        }
    }

    @Test
    void doesNotSpinWithAnEdgeThatRegistersAndCutsAtOnce() {
        core.start(1);
        core.registered(actions.last(0));

        for (int seconds : new int[] {2, 4, 8, 16, 32, 32}) {
            core.ended(actions.last(0), CUT);
            assertThat(waited()).isEqualTo(Duration.ofSeconds(seconds).minusMillis(1));
            assertThat(actions.last(0).previousAttempts()).isEqualTo(1);
            core.registered(actions.last(0));
        }
        pass(STABLE);
        core.ended(actions.last(0), CUT);
        waited();
        core.ended(actions.last(0), UNREACHABLE);
        assertThat(waited()).isEqualTo(Duration.ofMillis(1999));
    }

    @Test
    void waitsAsIfItHadFailedAsOftenAsTheOthersWhileNothingIsUp() {
        upAll(2);
        pass(STABLE);
        core.ended(actions.last(0), CUT);
        core.ended(actions.last(1), CUT);
        waited();
        waited();
        for (int i = 0; i < 8; i++) {
            core.ended(actions.last(0), UNREACHABLE);
            waited();
        }
        core.ended(actions.last(0), UNREACHABLE);
        actions.takeDials();

        core.ended(actions.last(1), UNREACHABLE);

        pass(Duration.ofMillis(31_998));
        assertThat(actions.takeDials()).extracting(Attempt::connIndex).containsExactly(0);
        pass(Duration.ofMillis(1));
        assertThat(actions.takeDials()).extracting(Attempt::connIndex).containsExactly(1);
    }

    @Test
    void forgetsItsFailuresAfterAStableTimeThoughAnotherIsUp() {
        upAll(2);
        for (int i = 0; i < 6; i++) {
            core.ended(actions.last(1), UNREACHABLE);
            pass(Duration.ofSeconds(32));
        }
        core.registered(actions.last(1));
        pass(STABLE);
        core.ended(actions.last(1), CUT);
        waited();

        core.ended(actions.last(1), UNREACHABLE);

        assertThat(waited()).isEqualTo(Duration.ofMillis(1999));
    }

    @Test
    void countsOnlyItsOwnFailuresWhileAnotherIsUp() {
        upAll(3);
        for (int i = 0; i < 6; i++) {
            core.ended(actions.last(0), UNREACHABLE);
            pass(Duration.ofSeconds(32));
        }
        core.ended(actions.last(1), CUT);
        pass(Duration.ofSeconds(1));

        core.ended(actions.last(1), UNREACHABLE);

        assertThat(waited()).isEqualTo(Duration.ofMillis(1999));
    }

    @Test
    void changesTheAddressAfterDialErrorsDuplicatesAndSilenceOnly() {
        upAll(1);
        for (Ending ending : List.of(
                UNREACHABLE,
                SILENT,
                CUT,
                ending(new TunnelEnd.Lost(false, "the edge opened no control stream")),
                refused("EDUPCONN", false, Duration.ZERO),
                refused("later", true, Duration.ZERO),
                refused("Unauthorized: x", false, Duration.ZERO))) {
            core.ended(actions.last(0), ending);
            pass(Duration.ofMinutes(10));
        }
        assertThat(actions.left).containsExactly("0 unreachable", "0 unreachable", "0 unreachable", "0");
    }

    @Test
    void takesItsTimeWhenTheTokenIsRefused() {
        core.start(1);

        for (int millis : new int[] {13_999, 27_999, 55_999, 111_999, 223_999, 299_999, 299_999}) {
            core.ended(actions.last(0), refused("Unauthorized: Invalid tunnel secret", false, Duration.ZERO));
            assertThat(waited()).isEqualTo(Duration.ofMillis(millis));
        }
        assertThat(actions.last(0).previousAttempts()).isEqualTo(7);
        assertThat(actions.gaveUp).isNull();
    }

    @Test
    void givesUpWhenTheVeryFirstConnectionIsRefusedForGood() {
        core.start(4);

        core.ended(actions.last(0), refused("tunnel was deleted", false, Duration.ZERO));

        assertThat(actions.gaveUp).isEqualTo("Register tunnel error from server side: tunnel was deleted");
        assertThat(core.nextWakeNanos()).isEmpty();
    }

    @Test
    void givesUpWhenTheVeryFirstEdgeIsNotTrusted() {
        core.start(4);

        core.ended(
                actions.last(0),
                ending(new TunnelEnd.NotReached(new EdgeFailure(EdgeFailure.Kind.UNTRUSTED, "not trusted"))));

        assertThat(actions.gaveUp).contains("not trusted");
    }

    @Test
    void triesOnWhenALaterConnectionIsRefusedForGood() {
        upAll(1);
        core.ended(actions.last(0), CUT);
        pass(Duration.ofSeconds(2));

        core.ended(actions.last(0), refused("tunnel was deleted", false, Duration.ZERO));

        assertThat(actions.gaveUp).isNull();
        assertThat(waited()).isEqualTo(Duration.ofMillis(13_999));
    }

    @Test
    void waitsAsLongAsTheEdgeAsksWithinReason() {
        core.start(1);

        core.ended(actions.last(0), refused("busy", true, Duration.ofSeconds(40)));
        assertThat(waited()).isEqualTo(Duration.ofMillis(40_999));
        core.ended(actions.last(0), refused("busy", true, Duration.ofNanos(Long.MAX_VALUE)));
        assertThat(waited()).isEqualTo(Duration.ofMinutes(5).plusMillis(999));
        core.ended(actions.last(0), refused("busy", true, Duration.ofNanos(1)));
        assertThat(waited()).isEqualTo(Duration.ofMillis(7999));
    }

    @Test
    void replacesAConnectionThatGoesAwayBeforeItEndsAndForgetsItThen() {
        upAll(1);
        pass(STABLE);
        Attempt old = actions.last(0);
        actions.takeDials();

        core.goingAway(old);
        waited();
        Attempt replacement = actions.last(0);
        assertThat(actions.takeDials()).hasSize(1);
        core.registered(replacement);
        core.goingAway(old);
        core.ended(old, CUT);

        assertThat(actions.takeDials()).isEmpty();
        assertThat(core.nextWakeNanos()).isEmpty();
    }

    @Test
    void doesNotSpinWithAnEdgeThatRegistersAndGoesAwayAtOnce() {
        upAll(1);

        for (int seconds : new int[] {2, 4, 8}) {
            core.goingAway(actions.last(0));
            assertThat(waited()).isEqualTo(Duration.ofSeconds(seconds).minusMillis(1));
            core.registered(actions.last(0));
        }
    }

    @Test
    void replacesTheOnlyConnectionSoonWhenItGoesAwayAfterManyFailures() {
        core.start(1);
        for (int i = 0; i < 6; i++) {
            core.ended(actions.last(0), UNREACHABLE);
            waited();
        }
        core.registered(actions.last(0));

        core.goingAway(actions.last(0));

        assertThat(waited()).isEqualTo(Duration.ofMillis(1999));
    }

    @Test
    void exitsOnlyWhenToldSoAndOnlyWhenNothingIsRegistered() {
        core = core(RetryTimes.DEFAULT.withExitAfter(Duration.ofMinutes(1)), Draws.LONGEST);
        core.start(1);
        pass(Duration.ofSeconds(59));
        core.registered(actions.last(0));
        pass(Duration.ofHours(1));
        assertThat(actions.gaveUp).isNull();

        core.ended(actions.last(0), CUT);
        pass(Duration.ofSeconds(59));
        assertThat(actions.gaveUp).isNull();
        assertThat(core.nextWakeNanos()).hasValue(Duration.ofSeconds(1).toNanos());
        pass(Duration.ofSeconds(1));
        assertThat(actions.gaveUp).isEqualTo("no connection was registered for 60s");
    }

    @Test
    void dialsNothingAfterAStop() {
        upAll(2);
        core.ended(actions.last(1), CUT);
        actions.takeDials();

        core.stop();
        core.ended(actions.last(0), CUT);
        pass(Duration.ofHours(1));

        assertThat(actions.takeDials()).isEmpty();
        assertThat(core.nextWakeNanos()).isEmpty();
    }

    private SupervisorCore core(RetryTimes times, RandomGenerator random) {
        return new SupervisorCore(times, () -> now, random, actions);
    }

    private void upAll(int connections) {
        core.start(connections);
        core.registered(actions.last(0));
        pass(Duration.ofSeconds(connections));
        for (int i = 1; i < connections; i++) {
            core.registered(actions.last(i));
        }
    }

    private void pass(Duration time) {
        now += time.toNanos();
        core.wake();
    }

    /** Lets time pass until something is due, and returns how much. */
    private Duration waited() {
        Duration next = Duration.ofNanos(core.nextWakeNanos().orElseThrow());
        pass(next);
        return next;
    }

    private static Ending refused(String cause, boolean shouldRetry, Duration retryAfter) {
        return ending(new TunnelEnd.Refused(new RegistrationOutcome.Refused(cause, shouldRetry, retryAfter)));
    }

    private static Ending ending(TunnelEnd end) {
        return new Ending(end);
    }

    /** What the core wanted done. */
    private static final class Recorded implements SupervisorCore.Actions {
        private final List<Attempt> all = new ArrayList<>();
        private final List<Attempt> dials = new ArrayList<>();
        private final List<String> left = new ArrayList<>();
        private @Nullable String gaveUp;

        @Override
        public void dial(Attempt attempt) {
            all.add(attempt);
            dials.add(attempt);
        }

        @Override
        public void leaveAddress(int connIndex, boolean unreachable) {
            left.add(connIndex + (unreachable ? " unreachable" : ""));
        }

        @Override
        public void giveUp(String reason) {
            gaveUp = reason;
        }

        /** The last dial of {@code connIndex}. */
        private Attempt last(int connIndex) {
            return all.stream()
                    .filter(attempt -> attempt.connIndex() == connIndex)
                    .reduce((earlier, later) -> later)
                    .orElseThrow();
        }

        private List<Attempt> takeDials() {
            List<Attempt> taken = List.copyOf(dials);
            dials.clear();
            return taken;
        }
    }
}
