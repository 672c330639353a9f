package dev.adit.connector.logging;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/**
 * {@code 2026-08-14T10:00:00Z INF message key=value}, as cloudflared writes to a terminal. What comes from outside can't
 * break a line or move a cursor: control characters are written as escapes.
 */
final class TextForm implements LineForm {
    private static final String RESET = "\u001b[0m";
    private static final String GRAY = "\u001b[90m";
    private static final String CYAN = "\u001b[36m";

    private final ZoneId zone;
    private final boolean colored;

    /** Times are written as the clocks of {@code zone} show them, with its distance from UTC. */
    TextForm(ZoneId zone, boolean colored) {
        this.zone = zone;
        this.colored = colored;
    }

    @Override
    public String of(LogLine line) {
        StringBuilder text = new StringBuilder(160);
        color(text, GRAY, time(line.epochSeconds()));
        text.append(' ');
        color(text, levelColor(line.level()), line.level().letters());
        text.append(' ');
        escape(text, line.message(), false);
        for (LogField field : line.fields()) {
            text.append(' ');
            color(text, CYAN, field.key() + "=");
            value(text, field.value().toString());
        }
        text.append('\n');
        String stack = line.stack();
        if (stack != null) {
            stack.lines().forEach(each -> {
                text.append('\t');
                escape(text, each.strip(), false);
                text.append('\n');
            });
        }
        return text.toString();
    }

    /** RFC 3339 with seconds. By hand: the JDK's formatters cost as much start-up time as all the rest of logging. */
    private String time(long epochSeconds) {
        ZonedDateTime at = Instant.ofEpochSecond(epochSeconds).atZone(zone);
        StringBuilder text = new StringBuilder(25);
        text.append(at.getYear());
        digits(text.append('-'), at.getMonthValue());
        digits(text.append('-'), at.getDayOfMonth());
        digits(text.append('T'), at.getHour());
        digits(text.append(':'), at.getMinute());
        digits(text.append(':'), at.getSecond());
        return text.append(at.getOffset().getId()).toString();
    }

    /** The same in UTC. */
    static String utc(long epochSeconds) {
        return new TextForm(ZoneOffset.UTC, false).time(epochSeconds);
    }

    private static void digits(StringBuilder text, int number) {
        text.append(number < 10 ? "0" : "").append(number);
    }

    private void color(StringBuilder text, String color, String part) {
        if (colored) {
            text.append(color).append(part).append(RESET);
        } else {
            text.append(part);
        }
    }

    private static String levelColor(LogLevel level) {
        return switch (level) {
            case TRACE, DEBUG -> "\u001b[34m";
            case INFO -> "\u001b[32m";
            case WARN -> "\u001b[33m";
            default -> "\u001b[31m";
        };
    }

    private static void value(StringBuilder text, String value) {
        boolean plain = !value.isEmpty()
                && value.chars().allMatch(c -> c > ' ' && c != '"' && c != '=' && c != '\\' && isPrintable(c));
        if (plain) {
            text.append(value);
        } else {
            text.append('"');
            escape(text, value, true);
            text.append('"');
        }
    }

    private static void escape(StringBuilder text, String raw, boolean quoted) {
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '\n') {
                text.append("\\n");
            } else if (c == '\t') {
                text.append("\\t");
            } else if (!isPrintable(c)) {
                text.append("\\u").append(Integer.toHexString(0x10000 | c), 1, 5);
            } else if (quoted && (c == '"' || c == '\\')) {
                text.append('\\').append(c);
            } else {
                text.append(c);
            }
        }
    }

    /** Neither a control character nor one that turns the direction of writing or starts a line. */
    private static boolean isPrintable(int c) {
        int type = Character.getType(c);
        return !Character.isISOControl(c)
                && type != Character.FORMAT
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR;
    }
}
