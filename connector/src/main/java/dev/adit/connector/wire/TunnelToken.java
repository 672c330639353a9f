package dev.adit.connector.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
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
    private static final byte[] PEM = "-----BEGIN".getBytes(StandardCharsets.US_ASCII);

    /** Throws {@link IllegalArgumentException} that says which part is wrong, without any of the token in it. */
    public static TunnelToken parse(String text) {
        return parse(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The same from UTF-8. Takes over {@code text}, which is zero afterwards: it leaves no copy in memory. */
    public static TunnelToken parse(byte[] text) {
        byte[] json = {};
        try {
            json = json(text);
            Credential token = Credential.read("the tunnel token", " is base64, but not of", json);
            return new TunnelToken(
                    token.require("a", "account tag"), token.tunnelId("t"), token.secret("s"), token.optional("e"));
        } finally {
            Arrays.fill(text, (byte) 0);
            Arrays.fill(json, (byte) 0);
        }
    }

    /**
     * Reads the content of a credentials file; throws {@link IllegalArgumentException} that says which part is wrong,
     * without any of it.
     *
     * @param tunnelId the tunnel it is for, or null if the file says it
     */
    public static TunnelToken ofCredentials(String json, @Nullable UUID tunnelId) {
        return ofCredentials(json.getBytes(StandardCharsets.UTF_8), tunnelId);
    }

    /** The same from UTF-8. Takes over {@code json}, which is zero afterwards. */
    public static TunnelToken ofCredentials(byte[] json, @Nullable UUID tunnelId) {
        String what = "the credentials";
        try {
            if (isPem(json)) {
                throw new IllegalArgumentException(
                        what + " are a PEM file such as an account's cert.pem; the JSON file of the tunnel is wanted");
            }
            Credential file = Credential.read(what, " are not", json);
            return new TunnelToken(
                    file.require("AccountTag", "account tag"),
                    tunnelId == null ? file.tunnelId("TunnelID") : tunnelId,
                    file.secret("TunnelSecret"),
                    file.optional("Endpoint"));
        } finally {
            Arrays.fill(json, (byte) 0);
        }
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

    private static byte[] json(byte[] token) {
        int from = 0;
        int to = token.length;
        while (from < to && Character.isWhitespace(token[from])) {
            from++;
        }
        while (to > from && Character.isWhitespace(token[to - 1])) {
            to--;
        }
        if (from == to) {
            throw new IllegalArgumentException("the tunnel token is empty");
        }
        byte[] stripped = Arrays.copyOfRange(token, from, to);
        try {
            return Credential.decode("the tunnel token", stripped);
        } finally {
            Arrays.fill(stripped, (byte) 0);
        }
    }

    private static boolean isPem(byte[] text) {
        for (int i = 0; i + PEM.length <= text.length; i++) {
            if (Arrays.equals(text, i, i + PEM.length, PEM, 0, PEM.length)) {
                return true;
            }
        }
        return false;
    }
}
