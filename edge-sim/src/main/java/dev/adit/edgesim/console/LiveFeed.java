package dev.adit.edgesim.console;

import dev.adit.edgesim.admin.AnswerStream;
import dev.adit.edgesim.eyeball.PublicRequest;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells everyone who watches what changes. A watcher who reads slowly gets less, not later: of the snapshots the newest,
 * of the requests those that are still kept, and how many it missed. Confined to the event loop.
 */
public final class LiveFeed {
    // Four times a second is as often as a table can be looked at.
    private static final long PAUSE_NANOS = Duration.ofMillis(250).toNanos();
    // Open streams and round trips change without anyone telling.
    private static final Duration REFRESH = Duration.ofSeconds(1);
    // Shorter than the shortest time limit for silence that proxies have by default: 30 s.
    private static final int REFRESHES_TO_SIGN_OF_LIFE = 15;

    private final EventExecutor loop;
    private final RequestHistory history;
    private final List<Snapshot> snapshots;
    private final Runnable beforeRefresh;
    private final List<Watch> watches = new ArrayList<>();
    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private @Nullable Future<?> refreshing;
    private boolean queued;
    private boolean pumped;
    private long pumpedNanos;

    /** A feed of {@code history} and {@code snapshots}; {@code beforeRefresh} runs every second while someone watches. */
    LiveFeed(EventExecutor loop, RequestHistory history, List<Snapshot> snapshots, Runnable beforeRefresh) {
        this.loop = loop;
        this.history = history;
        this.snapshots = List.copyOf(snapshots);
        this.beforeRefresh = beforeRefresh;
    }

    /** A public request is over. */
    public void add(PublicRequest request) {
        history.add(request, Instant.now());
        changed();
    }

    /** Something that a snapshot shows may be different. */
    void changed() {
        assert loop.inEventLoop();
        if (watches.isEmpty() || queued) {
            return;
        }
        queued = true;
        long wait = pumped ? PAUSE_NANOS - (loop.ticker().nanoTime() - pumpedNanos) : 0;
        loop.schedule(this::pump, Math.max(0, wait), TimeUnit.NANOSECONDS);
    }

    /**
     * Tells {@code reader} all from now on, and before that what came after the event with id {@code lastEventId}: all that
     * is kept if it is null or of another run of the simulator.
     */
    void open(AnswerStream reader, @Nullable String lastEventId) {
        assert loop.inEventLoop();
        Watch watch = new Watch(reader, lastEventId == null ? 0 : sequence(lastEventId));
        watches.add(watch);
        reader.onGone(() -> remove(watch));
        reader.send("retry: 2000\nevent: hello\ndata: {\"run\":\"" + run + "\"}\n\n");
        watch.pump(texts());
        if (refreshing == null) {
            refreshing = loop.scheduleAtFixedRate(
                    this::refresh, REFRESH.toMillis(), REFRESH.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private long sequence(String eventId) {
        int dash = eventId.indexOf('-');
        if (dash < 0 || !eventId.substring(0, dash).equals(run)) {
            return 0;
        }
        try {
            return Math.max(0, Math.min(history.last(), Long.parseLong(eventId.substring(dash + 1))));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private void pump() {
        queued = false;
        pumped = true;
        pumpedNanos = loop.ticker().nanoTime();
        if (!watches.isEmpty()) {
            List<String> texts = texts();
            List.copyOf(watches).forEach(watch -> watch.pump(texts));
        }
    }

    private List<String> texts() {
        return snapshots.stream().map(Snapshot::text).toList();
    }

    private void refresh() {
        beforeRefresh.run();
        changed();
        List.copyOf(watches).forEach(Watch::signOfLife);
    }

    private void remove(Watch watch) {
        watches.remove(watch);
        Future<?> timer = refreshing;
        if (watches.isEmpty() && timer != null) {
            timer.cancel(false);
            refreshing = null;
        }
    }

    /** One who watches. Confined to the event loop. */
    private final class Watch {
        private final AnswerStream reader;
        private final List<String> told = new ArrayList<>();
        private long cursor;
        private int silentRefreshes;

        Watch(AnswerStream reader, long cursor) {
            this.reader = reader;
            this.cursor = cursor;
        }

        void pump(List<String> texts) {
            if (!reader.isWritable()) {
                return;
            }
            StringBuilder news = new StringBuilder();
            texts.stream().filter(text -> !told.contains(text)).forEach(news::append);
            told.clear();
            told.addAll(texts);
            long missed = history.first() - 1 - cursor;
            if (missed > 0 && cursor > 0) {
                news.append("event: missed\ndata: {\"requests\":")
                        .append(missed)
                        .append("}\n\n");
            }
            for (RequestHistory.Entry entry : history.after(cursor)) {
                news.append("id: ")
                        .append(run)
                        .append('-')
                        .append(entry.sequence())
                        .append("\nevent: request\ndata: ")
                        .append(entry.json())
                        .append("\n\n");
            }
            cursor = history.last();
            if (!news.isEmpty()) {
                silentRefreshes = 0;
                reader.send(news.toString());
            }
        }

        void signOfLife() {
            if (++silentRefreshes >= REFRESHES_TO_SIGN_OF_LIFE && reader.isWritable()) {
                silentRefreshes = 0;
                reader.send(":\n\n");
            }
        }
    }
}
