package dev.adit.connector.logging;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.helpers.MessageFormatter;

/**
 * A message as code has it, such as {@code "Registered connIndex={} error=\"{}\""}, taken apart: words of the form
 * {@code key=value} are fields, the others are the message. Immutable.
 */
final class LineTemplate {
    private static final String HOLE = "{}";

    /** Texts from outside may be of any length; this many chars of each are kept. */
    static final int MOST_CHARS = 4096;

    private static final List<String> RESERVED = List.of("level", "time", "message", "stack");

    /**
     * Some of the template.
     *
     * @param key the field that it is the value of; null for the message
     * @param text with holes for arguments
     * @param holes how many
     */
    private record Part(@Nullable String key, String text, int holes) {}

    private final List<Part> parts;

    private LineTemplate(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    /** A message and the fields that came with it. */
    record Filled(String message, List<LogField> fields) {}

    /** Takes {@code template} apart; one without holes may be any text and is all message. */
    static LineTemplate of(String template) {
        List<Part> parts = new ArrayList<>();
        if (!template.contains(HOLE)) {
            parts.add(new Part(null, template, 0));
            return new LineTemplate(parts);
        }
        int at = 0;
        while (at < template.length()) {
            int end = endOfWord(template, at);
            String word = template.substring(at, end);
            int equals = word.indexOf('=');
            if (equals > 0 && isKey(word.substring(0, equals))) {
                String value = unquoted(word.substring(equals + 1));
                parts.add(new Part(word.substring(0, equals), value, holes(value)));
            } else {
                parts.add(new Part(null, word, holes(word)));
            }
            at = end + 1;
        }
        return new LineTemplate(parts);
    }

    /** Puts {@code arguments} into the holes; a field whose only hole gets null is left out. */
    Filled fill(@Nullable Object[] arguments) {
        StringBuilder message = new StringBuilder();
        Map<String, LogField> fields = new LinkedHashMap<>();
        int next = 0;
        for (Part part : parts) {
            int end = Math.min(arguments.length, next + part.holes);
            @Nullable Object[] own = Arrays.copyOfRange(arguments, Math.min(next, end), end);
            next = end;
            String key = part.key;
            if (key == null) {
                message.append(message.length() == 0 ? "" : " ").append(text(part, own));
            } else if (own.length != 1 || own[0] != null || !part.text.equals(HOLE)) {
                String name = RESERVED.contains(key) ? "_" + key : key;
                fields.put(name, new LogField(name, value(part, own)));
            }
        }
        return new Filled(bounded(message.toString()), List.copyOf(fields.values()));
    }

    private static Object value(Part part, @Nullable Object[] arguments) {
        Object only = arguments.length == 1 ? arguments[0] : null;
        if (part.text.equals(HOLE) && (only instanceof Number || only instanceof Boolean)) {
            return only;
        }
        if (part.holes == 0 && part.text.matches("[0-9]{1,9}")) {
            return Integer.valueOf(part.text);
        }
        return bounded(text(part, arguments));
    }

    private static String text(Part part, @Nullable Object[] arguments) {
        return part.holes == 0 ? part.text : String.valueOf(MessageFormatter.basicArrayFormat(part.text, arguments));
    }

    private static String bounded(String text) {
        return text.length() <= MOST_CHARS
                ? text
                : text.substring(0, MOST_CHARS) + "... and " + (text.length() - MOST_CHARS) + " more";
    }

    /** The next space that is not within quotes. */
    private static int endOfWord(String template, int from) {
        boolean quoted = false;
        for (int i = from; i < template.length(); i++) {
            char c = template.charAt(i);
            quoted ^= c == '"';
            if (c == ' ' && !quoted) {
                return i;
            }
        }
        return template.length();
    }

    private static boolean isKey(String text) {
        return text.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || c == '-' || c == '_'));
    }

    private static String unquoted(String value) {
        return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }

    private static int holes(String text) {
        int holes = 0;
        for (int at = text.indexOf(HOLE); at >= 0; at = text.indexOf(HOLE, at + HOLE.length())) {
            holes++;
        }
        return holes;
    }
}
