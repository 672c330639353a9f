package dev.adit.connector.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
    /** Throws {@link IllegalArgumentException} that says which part is wrong, without any of the token in it. */
    public static TunnelToken parse(String text) {
        Credential token = Credential.read("the tunnel token", " is base64, but not of", json(text.strip()));
        return new TunnelToken(
                token.require("a", "account tag"), token.tunnelId("t"), token.secret("s"), token.optional("e"));
    }

    /**
     * Reads the content of a credentials file; throws {@link IllegalArgumentException} that says which part is wrong,
     * without any of it.
     *
     * @param tunnelId the tunnel it is for, or null if the file says it
     */
    public static TunnelToken ofCredentials(String json, @Nullable UUID tunnelId) {
        String what = "the credentials";
        if (json.contains("-----BEGIN")) {
            throw new IllegalArgumentException(
                    what + " are a PEM file such as an account's cert.pem; the JSON file of" + " the tunnel is wanted");
        }
        Credential file = Credential.read(what, " are not", json.getBytes(StandardCharsets.UTF_8));
        return new TunnelToken(
                file.require("AccountTag", "account tag"),
                tunnelId == null ? file.tunnelId("TunnelID") : tunnelId,
                file.secret("TunnelSecret"),
                file.optional("Endpoint"));
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
        return Credential.decode("the tunnel token", token);
    }
}
