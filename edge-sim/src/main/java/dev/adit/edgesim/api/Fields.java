package dev.adit.edgesim.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.adit.edgesim.admin.AdminRequest;
import dev.adit.edgesim.admin.Rejection;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what requests carry, and says what is wrong with it. */
final class Fields {
    /** The code of most refusals of what a request says. */
    static final int INVALID = 1002;

    private static final Pattern UUID_TEXT = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    private Fields() {}

    static Rejection invalid(String what) {
        return new Rejection(400, INVALID, what);
    }

    /** The text at {@code key}, not longer than {@code max} characters; null if it is missing. */
    static @Nullable String text(JsonNode body, String key, int max) {
        JsonNode value = body.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual() || value.textValue().length() > max) {
            throw invalid(key + " must be a text of at most " + max + " characters.");
        }
        return value.textValue();
    }

    static String required(JsonNode body, String key, int max) {
        String text = text(body, key, max);
        if (text == null || text.isEmpty()) {
            throw invalid(key + " is required.");
        }
        return text;
    }

    static boolean flag(JsonNode body, String key, boolean otherwise) {
        JsonNode value = body.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw invalid(key + " must be true or false.");
        }
        return value.booleanValue();
    }

    static @Nullable Boolean flag(AdminRequest request, String name) {
        String value = request.query(name);
        if (value == null || value.isEmpty()) {
            return null;
        }
        if (!value.equals("true") && !value.equals("false")) {
            throw invalid(name + " must be true or false.");
        }
        return Boolean.valueOf(value);
    }

    static @Nullable Instant time(AdminRequest request, String name) {
        String value = request.query(name);
        if (value == null || value.isEmpty()) {
            return null;
        }
        try {
            return OffsetDateTime.parse(value).toInstant();
        } catch (DateTimeException e) {
            throw invalid(name + " must be a time as RFC 3339 wants it.");
        }
    }

    static UUID uuid(String name, String text) {
        if (!UUID_TEXT.matcher(text).matches()) {
            throw invalid(name + " must be a UUID.");
        }
        return UUID.fromString(text);
    }

    static int number(AdminRequest request, String name, int otherwise) {
        String value = request.query(name);
        if (value == null || value.isEmpty()) {
            return otherwise;
        }
        if (!value.matches("[0-9]{1,6}") || Integer.parseInt(value) < 1) {
            throw invalid(name + " must be a number from 1.");
        }
        return Integer.parseInt(value);
    }

    /** Checks that the request is about the one account there is. */
    static void account(AdminRequest request) {
        if (!request.param("account").equals(TunnelSpec.ACCOUNT)) {
            throw new Rejection(404, 7003, "There is no such account; the simulator's is " + TunnelSpec.ACCOUNT + ".");
        }
    }
}
