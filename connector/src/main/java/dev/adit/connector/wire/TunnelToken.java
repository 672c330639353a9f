package dev.adit.connector.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text that makes a connector serve a tunnel: base64 of JSON.
 *
 * @param accountTag the account that owns the tunnel
 * @param tunnelId the tunnel
 * @param secret proves the right to serve it
 * @param endpoint the region whose edge to use, or null for the global one
 */
public record TunnelToken(
        String accountTag,
        UUID tunnelId,
        TunnelSecret secret,
        @Nullable String endpoint) {
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]*={0,2}");
    private static final Pattern UUID_TEXT = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    /** Throws {@link IllegalArgumentException} that says which part is wrong, without any of the token in it. */
    public static TunnelToken parse(String text) {
        Map<String, String> fields = fields(json(text.strip()));
        String endpoint = fields.get("e");
        return new TunnelToken(
                require(fields, "a", "account tag"),
                tunnelId(require(fields, "t", "tunnel id")),
                secret(require(fields, "s", "tunnel secret")),
                endpoint == null || endpoint.isEmpty() ? null : endpoint);
    }

    /** The text that {@link #parse} reads. It is a credential. */
    public String encode() {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        try (JsonGenerator generator = new JsonFactory().createGenerator(json)) {
            generator.writeStartObject();
            generator.writeStringField("a", accountTag);
            generator.writeStringField("s", Base64.getEncoder().encodeToString(secret.toBytes()));
            generator.writeStringField("t", tunnelId.toString());
            if (endpoint != null) {
                generator.writeStringField("e", endpoint);
            }
            generator.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // an array in memory does not fail
        }
        return Base64.getEncoder().encodeToString(json.toByteArray());
    }

    private static byte[] json(String token) {
        if (token.isEmpty()) {
            throw new IllegalArgumentException("the tunnel token is empty");
        }
        return decode("the tunnel token", token);
    }

    private static byte[] decode(String what, String base64) {
        if (BASE64.matcher(base64).matches() && base64.length() % 4 == 0) {
            return Base64.getDecoder().decode(base64);
        }
        throw new IllegalArgumentException(what + " is not standard base64: " + flaw(base64));
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

    private static Map<String, String> fields(byte[] json) {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("the tunnel token is base64, but not of a JSON object");
            }
            Map<String, String> fields = new HashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName().toLowerCase(Locale.ROOT);
                JsonToken value = parser.nextToken();
                if (value == JsonToken.VALUE_STRING) {
                    fields.put(key, parser.getText());
                } else if (value != JsonToken.VALUE_NULL && key.length() == 1 && "aste".contains(key)) {
                    throw new IllegalArgumentException("key " + key + " of the tunnel token is no text");
                }
                parser.skipChildren();
            }
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("the tunnel token has more than one JSON object");
            }
            return fields;
        } catch (IOException e) {
            // Jackson's message may quote the token, so it is not passed on.
            throw new IllegalArgumentException("the tunnel token is base64, but not of JSON; was it cut?", null);
        }
    }

    private static String require(Map<String, String> fields, String key, String meaning) {
        String value = fields.get(key);
        if (value == null || value.isEmpty()) {
            String how = value == null ? "missing" : "empty";
            throw new IllegalArgumentException("key " + key + " (" + meaning + ") of the tunnel token is " + how);
        }
        return value;
    }

    private static UUID tunnelId(String text) {
        if (!UUID_TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException("key t (tunnel id) of the tunnel token is not a UUID");
        }
        return UUID.fromString(text);
    }

    private static TunnelSecret secret(String text) {
        return TunnelSecret.of(decode("key s (tunnel secret) of the tunnel token", text));
    }
}
