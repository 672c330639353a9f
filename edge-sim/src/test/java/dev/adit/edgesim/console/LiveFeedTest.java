package dev.adit.edgesim.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.adit.edgesim.admin.AnswerStream;
import dev.adit.edgesim.eyeball.HeaderFields;
import dev.adit.edgesim.eyeball.PublicRequest;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LiveFeedTest {
    private static final Pattern ID = Pattern.compile("id: ([0-9a-f]+)-([0-9]+)\n");

    private final EmbeddedChannel clock = new EmbeddedChannel();
    private int state;
    private int refreshes;
    private final LiveFeed feed = new LiveFeed(
            clock.eventLoop(),
            new RequestHistory(),
            List.of(new Snapshot("state", () -> JsonNodeFactory.instance.numberNode(state))),
            () -> refreshes++);

    @BeforeEach
    void freeze() {
        clock.freezeTime();
    }

    @AfterEach
    void close() {
        clock.close();
    }

    @Test
    void tellsANewWatcherWhatIsAndWhatWas() {
        feed.add(request("/first"));
        Reader reader = watch(null);

        assertThat(reader.take())
                .containsSubsequence("event: hello", "event: state\ndata: 0\n\n", "event: request", "\"/first\"");
    }

    @Test
    void tellsAtOnceAndThenFourTimesASecondAtMost() {
        Reader reader = watch(null);
        reader.take();

        change();
        pass(0);
        assertThat(reader.take()).isEqualTo("event: state\ndata: 1\n\n");
        change();
        change();
        pass(249);
        assertThat(reader.take()).isEmpty();
        pass(1);
        assertThat(reader.take()).isEqualTo("event: state\ndata: 3\n\n");
    }

    @Test
    void leavesOutSnapshotsThatAreTheSame() {
        Reader reader = watch(null);
        reader.take();

        feed.changed();
        pass(300);

        assertThat(reader.take()).isEmpty();
    }

    @Test
    void keepsNothingForASlowReaderButWhatIsKeptForAll() {
        Reader reader = watch(null);
        feed.add(request("/seen"));
        pass(250);
        reader.take();
        reader.writable = false;

        for (int i = 0; i < RequestHistory.KEPT + 100; i++) {
            feed.add(request("/" + i));
            pass(10);
        }
        assertThat(reader.take()).isEmpty();
        reader.writable = true;
        change();
        pass(250);

        String news = reader.take();
        assertThat(news).contains("event: missed\ndata: {\"requests\":100}\n\n", "\"/100\"", "\"/599\"");
        assertThat(news).doesNotContain("\"/99\"");
        assertThat(ID.matcher(news).results()).hasSize(RequestHistory.KEPT);
    }

    @Test
    void goesOnAfterTheLastEventThatArrived() {
        Reader first = watch(null);
        feed.add(request("/one"));
        feed.add(request("/two"));
        pass(250);
        List<String> ids = ids(first.take());

        Reader second = watch(ids.get(0));

        assertThat(ids(second.take())).containsExactly(ids.get(1));
    }

    @Test
    void tellsAllToOneWhoWatchedAnotherRun() {
        feed.add(request("/one"));

        for (String id : List.of("0-1", "", "x", "-", "0-99999999999999999999")) {
            assertThat(ids(watch(id).take())).as(id).hasSize(1);
        }
    }

    @Test
    void givesASignOfLifeWhenNothingHappens() {
        Reader reader = watch(null);
        reader.take();

        for (int second = 0; second < 15; second++) {
            pass(1_000);
        }

        assertThat(reader.take()).isEqualTo(":\n\n");
    }

    @Test
    void doesNothingWhenNobodyWatches() {
        Reader reader = watch(null);
        pass(1_000);
        assertThat(refreshes).isEqualTo(1);

        reader.leave();
        pass(5_000);

        assertThat(refreshes).isEqualTo(1);
        assertThat(clock.hasPendingTasks()).isFalse();
    }

    @Test
    void shortensLongPaths() {
        feed.add(request("/" + "x".repeat(100_000)));

        assertThat(watch(null).take()).hasSizeLessThan(2_000);
    }

    private Reader watch(@Nullable String lastEventId) {
        Reader reader = new Reader();
        feed.open(reader, lastEventId);
        return reader;
    }

    private void change() {
        state++;
        feed.changed();
    }

    private void pass(long millis) {
        clock.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        clock.runPendingTasks();
    }

    private static List<String> ids(String news) {
        return ID.matcher(news)
                .results()
                .map(MatchResult::group)
                .map(line -> line.substring("id: ".length(), line.length() - 1))
                .toList();
    }

    private static PublicRequest request(String path) {
        return new PublicRequest(
                "GET",
                "app.example.test",
                path,
                200,
                Duration.ofMillis(3),
                12,
                "main/0",
                HeaderFields.NONE,
                HeaderFields.NONE);
    }

    /** Someone who watches, and may stop to read. */
    private static final class Reader implements AnswerStream {
        private final StringBuilder text = new StringBuilder();
        private final List<Runnable> actions = new ArrayList<>();
        private boolean writable = true;

        String take() {
            String taken = text.toString();
            text.setLength(0);
            return taken;
        }

        void leave() {
            actions.forEach(Runnable::run);
        }

        @Override
        public boolean send(String more) {
            text.append(more);
            return true;
        }

        @Override
        public boolean isWritable() {
            return writable;
        }

        @Override
        public void onGone(Runnable action) {
            actions.add(action);
        }

        @Override
        public void close() {
            leave();
        }
    }
}
