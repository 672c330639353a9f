package dev.adit.connector.logging;

import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The last lines, in the text form, for whoever looks for a cause later. At most 1 MiB. For any thread. */
final class RecentLines extends UnsynchronizedAppenderBase<LogLine> {
    private static final int LINES = 512;
    private static final int MOST_CHARS = 2048;

    private final LineForm form = new TextForm(ZoneOffset.UTC, false);
    private final AtomicReferenceArray<String> lines = new AtomicReferenceArray<>(LINES);
    private final AtomicLong count = new AtomicLong();

    @Override
    protected void append(LogLine line) {
        String text = form.of(line).stripTrailing();
        String kept = text.length() > MOST_CHARS ? text.substring(0, MOST_CHARS) : text;
        lines.set((int) (count.getAndIncrement() % LINES), kept);
    }

    /** The oldest first. */
    List<String> lines() {
        long end = count.get();
        List<String> found = new ArrayList<>();
        for (long i = Math.max(0, end - LINES); i < end; i++) {
            String line = lines.get((int) (i % LINES));
            if (line != null) {
                found.add(line);
            }
        }
        return found;
    }
}
