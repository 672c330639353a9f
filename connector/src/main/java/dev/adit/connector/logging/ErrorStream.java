package dev.adit.connector.logging;

import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.Context;

/** Standard error, whatever it is when a line comes. For any thread. */
final class ErrorStream extends ConsoleAppender<LogLine> {
    ErrorStream(Context context, LineForm form) {
        setContext(context);
        setTarget("System.err");
        setEncoder(new FormEncoder(context, form));
        start();
    }
}
