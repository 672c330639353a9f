package dev.adit.connector.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes lines of what loggers say, on the thread that says it, since what is named there may change later. For any thread.
 */
final class Intake extends UnsynchronizedAppenderBase<ILoggingEvent> {
    private static final @Nullable Object[] NONE = {};

    /** Templates are constants of the code; a library that builds texts must not fill the memory. */
    private static final int MOST_TEMPLATES = 1000;

    private static final int MOST_STACK_CHARS = 16_384;

    private final ConcurrentMap<String, LineTemplate> templates = new ConcurrentHashMap<>();
    private volatile Appender<LogLine> target;

    Intake(Appender<LogLine> target) {
        this.target = target;
    }

    /** Sends what comes from now on to {@code next}; the result is where it went before. */
    Appender<LogLine> target(Appender<LogLine> next) {
        Appender<LogLine> before = target;
        target = next;
        return before;
    }

    @Override
    protected void append(ILoggingEvent event) {
        target.doAppend(line(event));
    }

    private LogLine line(ILoggingEvent event) {
        @Nullable Object[] arguments = event.getArgumentArray();
        LineTemplate.Filled filled =
                template(String.valueOf(event.getMessage())).fill(arguments == null ? NONE : arguments);
        List<LogField> fields = filled.fields();
        IThrowableProxy error = event.getThrowableProxy();
        if (error != null && fields.stream().noneMatch(field -> field.key().equals("error"))) {
            fields = new ArrayList<>(fields);
            fields.add(new LogField("error", text(error)));
        }
        return new LogLine(
                event.getTimeStamp() / 1000,
                LogLevel.of(event.getLevel()),
                filled.message(),
                fields,
                error == null ? null : stack(error));
    }

    private LineTemplate template(String text) {
        LineTemplate known = templates.get(text);
        if (known != null) {
            return known;
        }
        LineTemplate made = LineTemplate.of(text);
        if (templates.size() < MOST_TEMPLATES) {
            templates.put(text, made);
        }
        return made;
    }

    private static String text(IThrowableProxy error) {
        String message = error.getMessage();
        return message == null ? error.getClassName() : error.getClassName() + ": " + message;
    }

    private static String stack(IThrowableProxy error) {
        String text = ThrowableProxyUtil.asString(error);
        return text.substring(0, Math.min(text.length(), MOST_STACK_CHARS));
    }
}
