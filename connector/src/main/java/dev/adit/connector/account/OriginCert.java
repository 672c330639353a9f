package dev.adit.connector.account;

import dev.adit.proxy.config.ConfigNode;
import dev.adit.proxy.config.InvalidConfig;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The file {@code cert.pem} that {@code cloudflared tunnel login} leaves: a PEM block that holds JSON. */
public final class OriginCert {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s*([^-]*)-----END \\1-----", Pattern.DOTALL);
    private static final String TOKEN = "ARGO TUNNEL TOKEN";

    private OriginCert() {}

    /**
     * What {@code pem} entitles to.
     *
     * @throws IllegalArgumentException if it is no such file; the message has nothing of its content
     */
    public static AccountKey parse(String pem) {
        AccountKey key = null;
        Matcher block = BLOCK.matcher(pem);
        while (block.find()) {
            String type = block.group(1);
            if (type.equals(TOKEN)) {
                key = key(block.group(2));
            } else if (!type.equals("PRIVATE KEY") && !type.equals("CERTIFICATE")) {
                throw new IllegalArgumentException("it has a PEM block of an unknown kind");
            }
        }
        if (key == null) {
            throw new IllegalArgumentException("it has no PEM block " + TOKEN);
        }
        return key;
    }

    private static AccountKey key(String base64) {
        ConfigNode json;
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(base64);
            json = ConfigNode.json("cert.pem", new String(bytes, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException | InvalidConfig e) {
            // What they say may quote the token.
            throw new IllegalArgumentException("its block " + TOKEN + " is not base64 of JSON", null);
        }
        return new AccountKey(
                required(json, "apiToken"),
                optional(json, "accountID"),
                required(json, "zoneID"),
                optional(json, "endpoint"));
    }

    private static String required(ConfigNode json, String name) {
        String value = optional(json, name);
        if (value == null) {
            throw new IllegalArgumentException("its block " + TOKEN + " has no " + name);
        }
        return value;
    }

    private static @Nullable String optional(ConfigNode json, String name) {
        String value = json.string(name);
        return value == null || value.isEmpty() ? null : value;
    }
}
