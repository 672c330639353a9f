package dev.adit.connector.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One flat JSON object that names an account, a tunnel and its secret. Its errors name the key, never a value.
 *
 * @param what what messages call it
 * @param fields its texts by key, in lower case
 */
record Credential(String what, Map<String, String> fields) {
    /** Keeps no buffers for the next document, in which the text of this one would stay. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
            .build();

    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]*={0,2}");
    private static final Pattern UUID_TEXT = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    /** Stands for a number, a list and so on. No text that is looked for contains it. */
    private static final String NO_TEXT = "\0";

    /** Reads {@code json}, which messages call {@code what}, followed by what they say when it is none. */
    static Credential read(String what, String butNot, byte[] json) {
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException(what + butNot + " a JSON object");
            }
            Map<String, String> fields = new HashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                JsonToken value = parser.nextToken();
                if (value != JsonToken.VALUE_NULL) {
                    fields.put(
                            parser.currentName().toLowerCase(Locale.ROOT),
                            value == JsonToken.VALUE_STRING ? parser.getText() : NO_TEXT);
                }
                parser.skipChildren();
            }
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException(what + " has more than one JSON object");
            }
            return new Credential(what, fields);
        } catch (IOException e) {
            // Jackson's message may quote the secret, so it is not passed on.
            throw new IllegalArgumentException(what + butNot + " JSON; was it cut?", null);
        }
    }

    /** The text at {@code key}, which means {@code meaning}. */
    String require(String key, String meaning) {
        String value = text(key);
        if (value == null || value.isEmpty()) {
            String how = value == null ? "missing" : "empty";
            throw new IllegalArgumentException("key " + key + " (" + meaning + ") of " + what + " is " + how);
        }
        return value;
    }

    /** The text at {@code key}; null if it is missing or empty. */
    @Nullable
    String optional(String key) {
        String value = text(key);
        return value == null || value.isEmpty() ? null : value;
    }

    private @Nullable String text(String key) {
        String value = fields.get(key.toLowerCase(Locale.ROOT));
        if (NO_TEXT.equals(value)) {
            throw new IllegalArgumentException("key " + key + " of " + what + " is no text");
        }
        return value;
    }

    UUID tunnelId(String key) {
        String text = require(key, "tunnel id");
        if (!UUID_TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException("key " + key + " (tunnel id) of " + what + " is not a UUID");
        }
        return UUID.fromString(text);
    }

    TunnelSecret secret(String key) {
        byte[] base64 = require(key, "tunnel secret").getBytes(StandardCharsets.UTF_8);
        return TunnelSecret.of(decode("key " + key + " (tunnel secret) of " + what, base64));
    }

    /** The bytes of {@code base64}, which messages call {@code what}. */
    static byte[] decode(String what, byte[] base64) {
        try {
            if (base64.length % 4 == 0) {
                return Base64.getDecoder().decode(base64);
            }
        } catch (IllegalArgumentException e) {
            // Told below, without the text that is in this message.
        }
        throw new IllegalArgumentException(
                what + " is not standard base64: " + flaw(new String(base64, StandardCharsets.UTF_8)));
    }

    private static String flaw(String base64) {
        if (base64.chars().anyMatch(Character::isWhitespace)) {
            return "it has white space inside";
        }
        if (base64.indexOf('-') >= 0 || base64.indexOf('_') >= 0) {
            return "it has '-' or '_', so it looks URL-safe";
        }
        if (!BASE64.matcher(base64).matches()) {
            return "it has a character that base64 does not have, or '=' in its middle";
        }
        return "its length " + base64.length() + " is no multiple of 4, so it was cut or lost its '=' at the end";
    }

    /** Shows no value. */
    @Override
    public String toString() {
        return what;
    }
}
