package dev.adit.proxy.access;

import dev.adit.proxy.config.ConfigNode;
import dev.adit.proxy.config.InvalidConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A signed token (RFC 7519) as it was sent, not yet checked.
 *
 * @param algorithm of the signature
 * @param keyId which key of the issuer signed it
 * @param issuer who is said to have issued it
 * @param audiences whom it is for
 * @param expires when it ends, since 1970
 * @param notBefore when it begins, since 1970; zero if it does not say
 * @param signed the text that is signed
 * @param encodedSignature over it, in base64
 */
record AccessToken(
        String algorithm,
        String keyId,
        String issuer,
        List<String> audiences,
        Duration expires,
        Duration notBefore,
        String signed,
        String encodedSignature) {
    /** Field values of a request are not longer than that with the proxies that matter. */
    private static final int MOST_CHARS = 16_384;

    /** The token in {@code text}; null if it is none or lacks what is checked. */
    static @Nullable AccessToken parse(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 3 || text.length() > MOST_CHARS) {
            return null;
        }
        try {
            ConfigNode header = json(parts[0]);
            ConfigNode claims = json(parts[1]);
            String algorithm = header.string("alg");
            String keyId = header.string("kid");
            String issuer = claims.string("iss");
            List<String> audiences = claims.strings("aud");
            Duration expires = claims.duration("exp");
            Duration notBefore = claims.duration("nbf");
            header.problems().throwIfAny();
            claims.problems().throwIfAny();
            // What is marked critical must be understood (RFC 7515 §4.1.11), and nothing is.
            if (algorithm == null || keyId == null || issuer == null || expires == null || header.has("crit")) {
                return null;
            }
            return new AccessToken(
                    algorithm,
                    keyId,
                    issuer,
                    audiences,
                    expires,
                    notBefore == null ? Duration.ZERO : notBefore,
                    parts[0] + '.' + parts[1],
                    parts[2]);
        } catch (InvalidConfig | IllegalArgumentException e) {
            return null;
        }
    }

    private static ConfigNode json(String part) {
        return ConfigNode.json("token", new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
    }

    /** Not enough to use it. */
    @Override
    public String toString() {
        return "AccessToken[issuer=" + issuer + ", keyId=" + keyId + "]";
    }
}
