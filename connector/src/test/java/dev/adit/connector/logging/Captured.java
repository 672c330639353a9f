package dev.adit.connector.logging;

import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ContextBase;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.util.function.Consumer;

/** Gives lines to a test. */
final class Captured extends UnsynchronizedAppenderBase<LogLine> {
    private final Consumer<LogLine> lines;

    private Captured(Consumer<LogLine> lines) {
        this.lines = lines;
    }

    static Appender<LogLine> by(Consumer<LogLine> lines) {
        Captured captured = new Captured(lines);
        captured.setContext(new ContextBase());
        captured.start();
        return captured;
    }

    @Override
    protected void append(LogLine line) {
        lines.accept(line);
    }
}
