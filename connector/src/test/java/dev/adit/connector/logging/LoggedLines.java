package dev.adit.connector.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What one logger, or those below it, say while a test looks, from DEBUG on. */
public final class LoggedLines implements AutoCloseable {
    private final LineForm form = new TextForm(ZoneOffset.UTC, false);
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Intake intake = new Intake(Captured.by(line -> lines.add(text(line))));
    private final Logger logger;
    private final Level before;

    private LoggedLines(Logger logger) {
        this.logger = logger;
        before = logger.getLevel();
        logger.setLevel(Level.DEBUG);
        intake.setContext(logger.getLoggerContext());
        intake.start();
        logger.addAppender(intake);
    }

    /** Those of the logger called {@code name}. */
    public static LoggedLines of(String name) {
        return new LoggedLines((Logger) LoggerFactory.getLogger(name));
    }

    /** Those of the logger of {@code type}. */
    public static LoggedLines of(Class<?> type) {
        return of(type.getName());
    }

    /** {@code INF message key=value}, with the stack of an exception below. */
    public List<String> lines() {
        return lines;
    }

    @Override
    public void close() {
        logger.detachAppender(intake);
        logger.setLevel(before);
    }

    private String text(LogLine line) {
        String text = form.of(line).stripTrailing();
        return text.substring(text.indexOf(' ') + 1);
    }
}
