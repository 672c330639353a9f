package dev.adit.edgesim.admin;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The secret that opens the API and the console; never printed by itself. */
public final class ApiToken {
    // 30 bytes are 40 characters: as long as Cloudflare's own API tokens.
    private static final int RANDOM_BYTES = 30;
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{20,200}");

    private final String text;

    private ApiToken(String text) {
        this.text = text;
    }

    /** A new one: 40 characters that may stand in a URL. */
    public static ApiToken random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(bytes);
        return new ApiToken(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** The one that {@code text} is, white space around it aside; throws IllegalArgumentException if it is none. */
    public static ApiToken of(String text) {
        String stripped = text.strip();
        if (!FORM.matcher(stripped).matches()) {
            throw new IllegalArgumentException("an API token is 20 to 200 letters, digits, '-' or '_'");
        }
        return new ApiToken(stripped);
    }

    /** The credential itself. */
    public String reveal() {
        return text;
    }

    /** Whether {@code other} is this token; takes as long wherever the difference is. */
    public boolean matches(@Nullable String other) {
        return other != null
                && MessageDigest.isEqual(text.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "ApiToken[" + text.length() + " characters]";
    }
}
