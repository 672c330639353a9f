package dev.adit.connector.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.core.ContextBase;
import dev.adit.proxy.testing.Waiting;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LineQueueTest {
    private static final int MANY = 5000;

    private final List<LogLine> written = new CopyOnWriteArrayList<>();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);
    private final LineQueue queue = new LineQueue(new ContextBase(), List.of(Captured.by(this::write)));

    @AfterEach
    void open() {
        gate.countDown();
        queue.stop();
    }

    @Test
    void keepsTheOrderAndWritesAllBeforeItIsClosed() {
        gate.countDown();
        List<String> messages =
                IntStream.range(0, 500).mapToObj(i -> "line " + i).toList();

        messages.forEach(message -> queue.doAppend(line(LogLevel.INFO, message)));

        queue.stop();
        assertThat(written).extracting(LogLine::message).containsExactlyElementsOf(messages);
        assertThat(queue.dropped()).isZero();
    }

    @Test
    void holdsNobodyUpAndCountsWhatItDrops() throws InterruptedException {
        queue.doAppend(line(LogLevel.INFO, "stuck"));
        assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();

        for (int i = 0; i < MANY; i++) {
            queue.doAppend(line(LogLevel.INFO, "flood"));
        }
        long dropped = queue.dropped();
        gate.countDown();

        assertThat(dropped).isBetween(MANY - 1024L, MANY - 512L);
        queue.stop();
        assertThat(written).anySatisfy(told -> {
            assertThat(told.level()).isEqualTo(LogLevel.WARN);
            assertThat(told.message()).startsWith("Log lines were dropped");
            assertThat(told.fields()).containsExactly(new LogField("count", dropped));
        });
        assertThat(written).hasSize((int) (1 + MANY - dropped + 1));
    }

    @Test
    void hasRoomForAnErrorWhenDetailsFillIt() throws InterruptedException {
        queue.doAppend(line(LogLevel.INFO, "stuck"));
        assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < MANY; i++) {
            queue.doAppend(line(LogLevel.DEBUG, "flood"));
        }

        queue.doAppend(line(LogLevel.ERROR, "matters"));
        gate.countDown();

        Waiting.until(
                "the error is written",
                () -> written.stream().anyMatch(line -> line.message().equals("matters")));
    }

    private void write(LogLine line) {
        entered.countDown();
        try {
            assertThat(gate.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        written.add(line);
    }

    private static LogLine line(LogLevel level, String message) {
        return new LogLine(0, level, message, List.of(), null);
    }
}
