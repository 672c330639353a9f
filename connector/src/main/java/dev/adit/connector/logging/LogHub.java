package dev.adit.connector.logging;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;

/**
 * Where all loggers send their lines. Until {@link Logging} has settings it writes INFO and above to standard error at
 * once, as text. For any thread.
 */
public final class LogHub implements ILoggerFactory {
    /** Templates are constants of the code; a library that builds texts must not fill the memory. */
    private static final int MOST_TEMPLATES = 1000;

    private static final int MOST_STACK_CHARS = 16_384;

    private final ConcurrentMap<String, Logger> loggers = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, LineTemplate> templates = new ConcurrentHashMap<>();
    private volatile LogThresholds thresholds = LogThresholds.DEFAULT;
    private volatile LineOutput output = new ErrorStream(new TextForm(ZoneOffset.UTC, false));

    @Override
    public Logger getLogger(String name) {
        Logger known = loggers.get(name);
        if (known != null) {
            return known;
        }
        Logger made = new HubLogger(name, this);
        Logger other = loggers.putIfAbsent(name, made);
        return other == null ? made : other;
    }

    LogThresholds thresholds() {
        return thresholds;
    }

    void thresholds(LogThresholds wanted) {
        thresholds = wanted;
    }

    /** Sends what comes from now on to {@code next}; the result is where it went before. */
    LineOutput output(LineOutput next) {
        LineOutput before = output;
        output = next;
        return before;
    }

    boolean writes(LogLevel level, LogThresholds.Topic topic) {
        return level.reaches(thresholds.of(topic));
    }

    void log(LogLevel level, String template, @Nullable Object[] arguments, @Nullable Throwable error) {
        LineTemplate.Filled filled = template(template).fill(arguments);
        List<LogField> fields = filled.fields();
        if (error != null && fields.stream().noneMatch(field -> field.key().equals("error"))) {
            fields = new ArrayList<>(fields);
            fields.add(new LogField("error", String.valueOf(error)));
        }
        output.write(new LogLine(
                Clock.systemUTC().millis() / 1000,
                level,
                filled.message(),
                fields,
                error == null ? null : stack(error)));
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

    private static String stack(Throwable error) {
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text, true));
        return text.getBuffer().substring(0, Math.min(text.getBuffer().length(), MOST_STACK_CHARS));
    }
}
