package dev.adit.edgesim.fault;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The values of a fault's parameters: from JSON, or their defaults. What is wrong is said with key and value. */
final class FaultFields {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

    private final JsonNode json;
    private final List<FaultKind.Parameter> parameters;

    FaultFields(JsonNode json, List<FaultKind.Parameter> parameters) {
        this.json = json;
        this.parameters = parameters;
    }

    /** Throws IllegalArgumentException for a key that is neither a parameter nor one of {@code common}. */
    void checkKeys(List<String> common) {
        for (Iterator<String> keys = json.fieldNames(); keys.hasNext(); ) {
            String key = keys.next();
            if (!common.contains(key)
                    && parameters.stream()
                            .noneMatch(parameter -> parameter.name().equals(key))) {
                throw new IllegalArgumentException("unknown key " + key);
            }
        }
    }

    String text(String key) {
        JsonNode value = json.path(key);
        return value.isMissingNode() || value.isNull() ? defaultOf(key) : value.asText();
    }

    boolean flag(String key) {
        String text = text(key);
        if (!text.equals("true") && !text.equals("false")) {
            throw wrong(key, "true or false", text);
        }
        return text.equals("true");
    }

    long number(String key) {
        String text = text(key);
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw wrong(key, "a whole number", text, e);
        }
    }

    int smallNumber(String key) {
        long number = number(key);
        if (number != (int) number) {
            throw wrong(key, "a number of up to 32 bits", Long.toString(number));
        }
        return (int) number;
    }

    Duration duration(String key) {
        return duration(key, text(key));
    }

    /** The duration with that key; null if there is none. */
    @Nullable
    Duration optionalDuration(String key) {
        JsonNode value = json.path(key);
        return value.isMissingNode() || value.isNull() ? null : duration(key, value.asText());
    }

    <E extends Enum<E>> E choice(String key, Class<E> type) {
        String text = text(key);
        for (E constant : type.getEnumConstants()) {
            if (word(constant).equalsIgnoreCase(text)) {
                return constant;
            }
        }
        throw wrong(key, "one of " + words(type), text);
    }

    /** The words to choose from, with bars between them. */
    static <E extends Enum<E>> String words(Class<E> type) {
        return String.join(
                "|",
                Arrays.stream(type.getEnumConstants()).map(FaultFields::word).toList());
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private String defaultOf(String key) {
        return parameters.stream()
                .filter(parameter -> parameter.name().equals(key))
                .findFirst()
                .orElseThrow()
                .defaultValue();
    }

    private static Duration duration(String key, String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw wrong(key, "a duration like 500ms, 5s or 2m", text);
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
        };
    }

    private static IllegalArgumentException wrong(String key, String expected, String was) {
        return new IllegalArgumentException(key + " must be " + expected + ", was '" + was + "'");
    }

    private static IllegalArgumentException wrong(String key, String expected, String was, Exception cause) {
        return new IllegalArgumentException(key + " must be " + expected + ", was '" + was + "'", cause);
    }
}
