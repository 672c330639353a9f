package dev.adit.connector.logging;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line before it has a form.
 *
 * @param epochSeconds when it was made
 * @param level how much it matters
 * @param message what happened, without the fields
 * @param fields in the order in which they are written
 * @param stack where an exception came from, in lines; null if there was none
 */
record LogLine(
        long epochSeconds,
        LogLevel level,
        String message,
        List<LogField> fields,
        @Nullable String stack) {
    LogLine {
        fields = List.copyOf(fields);
    }
}
