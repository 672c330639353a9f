package dev.adit.connector.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.edge.EdgeFailure;
import dev.adit.connector.tunnel.TunnelEnd;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a process looks at its surroundings, by a clock that is told what time it is. */
final class StartChecksTest {
    private static final TunnelEnd REFUSED =
            new TunnelEnd.NotReached(new EdgeFailure(EdgeFailure.Kind.UNREACHABLE, "refused"));

    private final EmbeddedChannel clock = new EmbeddedChannel();
    private final AtomicInteger looks = new AtomicInteger();
    private final CompletableFuture<Void> seen = new CompletableFuture<>();
    private final StartChecks checks = new StartChecks(clock.eventLoop(), () -> {
        looks.incrementAndGet();
        return seen;
    });

    StartChecksTest() {
        clock.freezeTime();
        checks.start();
    }

    @AfterEach
    void stop() {
        clock.finishAndReleaseAll();
    }

    @Test
    void looksOnceWhenTheStartIsOver() {
        pass(4_999);
        assertThat(looks).hasValue(0);

        pass(1);
        checks.ended(0, REFUSED);

        assertThat(looks).hasValue(1);
    }

    @Test
    void looksAtOnceWhenAConnectionFailsAndNotAgain() {
        checks.ended(0, REFUSED);
        assertThat(looks).hasValue(1);

        checks.ended(1, REFUSED);
        pass(5_000);

        assertThat(looks).hasValue(1);
    }

    @Test
    void doesNotLookIfToldToStopBefore() {
        checks.draining();
        checks.ended(0, REFUSED);
        pass(5_000);

        assertThat(looks).hasValue(0);
    }

    @Test
    void makesAProcessThatGivesUpWaitForWhatIsSeen() {
        CompletableFuture<@Nullable String> end = new CompletableFuture<>();
        CompletableFuture<@Nullable String> exit = checks.before(end);

        end.complete("the edge is not trusted");
        clock.runPendingTasks();
        assertThat(looks).hasValue(1);
        assertThat(exit).isNotDone();

        seen.complete(null);
        assertThat(exit).isCompletedWithValue("the edge is not trusted");
    }

    @Test
    void doesNotKeepAProcessThatIsToldToStop() {
        CompletableFuture<@Nullable String> end = new CompletableFuture<>();
        CompletableFuture<@Nullable String> exit = checks.before(end);
        checks.ended(0, REFUSED);

        end.complete(null);
        clock.runPendingTasks();

        assertThat(exit).isCompletedWithValue(null);
    }

    private void pass(long millis) {
        clock.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        clock.runScheduledPendingTasks();
    }
}
