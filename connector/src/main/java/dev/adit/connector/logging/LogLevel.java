package dev.adit.connector.logging;

import ch.qos.logback.classic.Level;
import java.util.Locale;

/** How much a line matters, and from where on lines are written; cloudflared's names. */
public enum LogLevel {
    TRACE("TRC"),
    DEBUG("DBG"),
    INFO("INF"),
    WARN("WRN"),
    ERROR("ERR"),
    /** As a threshold: nothing, since no line is above error. */
    FATAL("FTL"),
    PANIC("PNC"),
    DISABLED("OFF");

    private final String letters;

    LogLevel(String letters) {
        this.letters = letters;
    }

    /** The three letters of the text form. */
    String letters() {
        return letters;
    }

    /** The name in settings and in the JSON form. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The level called {@code text}, in any case.
     *
     * @param place what the message calls the setting
     * @throws IllegalArgumentException if there is none; the message names those that are
     */
    public static LogLevel parse(String place, String text) {
        for (LogLevel level : values()) {
            if (level.name().equalsIgnoreCase(text)) {
                return level;
            }
        }
        throw new IllegalArgumentException(place + " must be debug, info, warn, error or fatal, was \"" + text + "\"");
    }

    /** That of a line of {@code level}. */
    static LogLevel of(Level level) {
        return valueOf(level.toString());
    }

    /** What logback calls it as a threshold; it has nothing above ERROR but OFF. */
    Level threshold() {
        return Level.toLevel(name(), Level.OFF);
    }

    /** Whether lines of this level are written where {@code threshold} holds. */
    boolean reaches(LogLevel threshold) {
        return compareTo(threshold) >= 0;
    }
}
