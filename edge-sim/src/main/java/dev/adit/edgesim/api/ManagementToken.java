package dev.adit.edgesim.api;

import dev.adit.edgesim.admin.Rejection;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens in the form of those for a connector's management service; nobody here takes them. */
final class ManagementToken {
    private static final Set<String> RESOURCES = Set.of("logs", "admin", "host_details");
    private static final Duration LIFETIME = Duration.ofHours(1);

    private ManagementToken() {}

    static String of(TunnelSpec tunnel, String resource) {
        if (!RESOURCES.contains(resource)) {
            throw new Rejection(404, 7003, "There is no such management resource.");
        }
        long now = Instant.now().getEpochSecond();
        String claims = "{\"tun\":{\"id\":\"%s\",\"account_tag\":\"%s\"},\"res\":[\"%s\"],\"iat\":%d,\"exp\":%d}"
                .formatted(tunnel.token().tunnelId(), TunnelSpec.ACCOUNT, resource, now, now + LIFETIME.toSeconds());
        String signed = base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + base64(claims.getBytes(StandardCharsets.UTF_8));
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(tunnel.token().secret().toBytes(), "HmacSHA256"));
            return signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
