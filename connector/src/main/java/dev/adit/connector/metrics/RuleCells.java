package dev.adit.connector.metrics;

import dev.adit.proxy.http.Failure;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What one event loop counts for one rule. */
final class RuleCells {
    /** From what a fast origin needs on the same machine to what a person waits. */
    static final Bounds TIMES = new Bounds(
            TimeUnit.SECONDS, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60);

    private static final int STATUS_CLASSES = 5;

    /** The directions of bytes. */
    private enum Bytes {
        RECEIVED,
        SENT
    }

    private final Cells answers = new Cells(STATUS_CLASSES);
    private final Tallies<Failure.Kind> failures = new Tallies<>(Failure.Kind.class);
    private final Tallies<Bytes> bytes = new Tallies<>(Bytes.class);
    private final Distribution heads = new Distribution(TIMES);
    private final Distribution durations = new Distribution(TIMES);

    void answered(int status) {
        answers.add(Math.max(1, Math.min(STATUS_CLASSES, status / 100)) - 1, 1);
    }

    void failed(Failure.Kind why) {
        failures.add(why, 1);
    }

    void received(int count) {
        bytes.add(Bytes.RECEIVED, count);
    }

    void sent(int count) {
        bytes.add(Bytes.SENT, count);
    }

    Distribution heads() {
        return heads;
    }

    Distribution durations() {
        return durations;
    }

    long receivedBytes() {
        return bytes.get(Bytes.RECEIVED);
    }

    long sentBytes() {
        return bytes.get(Bytes.SENT);
    }

    /** Adds to {@code all} what was answered, as {@code 2xx} and the like, and what was not, by the reason. */
    void addOutcomes(Map<String, Long> all) {
        for (int i = 0; i < STATUS_CLASSES; i++) {
            add(all, (i + 1) + "xx", answers.get(i));
        }
        for (Failure.Kind kind : Failure.Kind.values()) {
            add(all, reason(kind), failures.get(kind));
        }
    }

    private static void add(Map<String, Long> all, String outcome, long count) {
        if (count > 0) {
            all.merge(outcome, count, Long::sum);
        }
    }

    /** How much was not served to its end, but for eyeballs that went away. */
    long errors() {
        long errors = 0;
        for (Failure.Kind kind : Failure.Kind.values()) {
            errors += kind == Failure.Kind.CANCELED ? 0 : failures.get(kind);
        }
        return errors;
    }

    /** A failure's label. */
    static String reason(Failure.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
