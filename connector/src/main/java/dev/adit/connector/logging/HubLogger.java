package dev.adit.connector.logging;

import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;

/** A logger of the hub. For any thread. */
final class HubLogger extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1L;

    private static final @Nullable Object[] NONE = {};

    private final transient LogHub hub;
    private final LogThresholds.Topic topic;

    HubLogger(String name, LogHub hub) {
        this.name = name;
        this.hub = hub;
        topic = LogThresholds.Topic.of(name);
    }

    @Override
    public boolean isTraceEnabled() {
        return hub.writes(LogLevel.TRACE, topic);
    }

    @Override
    public boolean isDebugEnabled() {
        return hub.writes(LogLevel.DEBUG, topic);
    }

    @Override
    public boolean isInfoEnabled() {
        return hub.writes(LogLevel.INFO, topic);
    }

    @Override
    public boolean isWarnEnabled() {
        return hub.writes(LogLevel.WARN, topic);
    }

    @Override
    public boolean isErrorEnabled() {
        return hub.writes(LogLevel.ERROR, topic);
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            @Nullable String template,
            @Nullable Object @Nullable [] arguments,
            @Nullable Throwable error) {
        hub.log(LogLevel.of(level), String.valueOf(template), arguments == null ? NONE : arguments, error);
    }
}
