package dev.adit.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.route.AccessPolicy;
import java.io.IOException;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class AuthorityKeysTest {
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger fetches = new AtomicInteger();
    private final String keySet;
    private boolean reachable = true;

    AuthorityKeysTest() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        RSAPublicKey key = (RSAPublicKey) generator.generateKeyPair().getPublic();
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        keySet = "{\"keys\":[{\"kid\":\"k1\",\"kty\":\"RSA\",\"n\":\""
                + encoder.encodeToString(key.getModulus().toByteArray()) + "\",\"e\":\"AQAB\"}]}";
    }

    private CompletableFuture<String> fetch(String issuer) {
        fetches.incrementAndGet();
        return reachable
                ? CompletableFuture.completedFuture(keySet)
                : CompletableFuture.failedFuture(new IOException(issuer + " is down"));
    }

    @Test
    void keepsOldKeysAsLongAsNewOnesCanNotBeHad() {
        AuthorityKeys keys = new AuthorityKeys("team.example", this::fetch, nanos::get);
        keys.prepare();
        keys.prepare();
        assertThat(fetches).hasValue(1);
        reachable = false;

        for (int hour = 1; hour <= 48; hour++) {
            nanos.addAndGet(TimeUnit.MINUTES.toNanos(61));
            assertThat(keys.key("k1")).succeedsWithin(Duration.ofSeconds(10)).isNotNull();
        }

        assertThat(fetches).hasValue(49);
    }

    @Test
    void asksAgainAfterASourceThatThrew() {
        AtomicInteger calls = new AtomicInteger();
        KeySource source = issuer -> {
            if (calls.getAndIncrement() == 0) {
                throw new IllegalStateException("no file descriptor left");
            }
            return CompletableFuture.completedFuture(keySet);
        };
        AuthorityKeys keys = new AuthorityKeys("team.example", source, nanos::get);

        assertThat(keys.key("k1")).failsWithin(Duration.ofSeconds(10));
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));

        assertThat(keys.key("k1")).succeedsWithin(Duration.ofSeconds(10)).isNotNull();
    }

    @Test
    void findsTheKeysOfATeamWhereCloudflareShowsThem() {
        AccessPolicy team = new AccessPolicy("team", false, Set.of("a"));
        AccessPolicy federal = new AccessPolicy("team", true, Set.of("a"));

        assertThat(HttpsKeySource.certificates(team.issuer()))
                .hasToString("https://team.cloudflareaccess.com/cdn-cgi/access/certs");
        assertThat(HttpsKeySource.certificates(federal.issuer()))
                .hasToString("https://team.fed.cloudflareaccess.com/cdn-cgi/access/certs");
    }
}
