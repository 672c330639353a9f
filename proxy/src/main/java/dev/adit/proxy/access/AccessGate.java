package dev.adit.proxy.access;

import dev.adit.proxy.route.AccessPolicy;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides whether a request's token lets it use a rule. One for the whole process; safe for use by many threads. */
public final class AccessGate {
    private static final Logger log = LoggerFactory.getLogger(AccessGate.class);

    /** How far the issuer's clock may be ahead of ours. */
    private static final Duration SKEW = Duration.ofSeconds(60);

    /** What was decided. */
    public enum Verdict {
        ADMITTED,
        /** The token is missing, is not what it should be, has expired or is for somebody else. */
        DENIED,
        /** Nobody knows: the keys can't be had. */
        NO_KEYS
    }

    private final Executor blocking;
    private final KeySource source;
    private final Clock clock;
    private final ConcurrentMap<String, AuthorityKeys> authorities = new ConcurrentHashMap<>();

    /** Takes keys from {@code source}, and checks signatures on {@code blocking}. */
    public AccessGate(Executor blocking, KeySource source, Clock clock) {
        this.blocking = blocking;
        this.source = source;
        this.clock = clock;
    }

    /** Fetches the keys that {@code policy} needs, unless they are there, so that no request has to wait for them. */
    public void prepare(AccessPolicy policy) {
        keysOf(policy).prepare();
    }

    /** Checks {@code token}, null if there is none; never blocks and never fails. */
    public CompletableFuture<Verdict> check(AccessPolicy policy, @Nullable String token) {
        AccessToken parsed = token == null ? null : AccessToken.parse(token);
        String why = parsed == null ? "no token" : objection(parsed, policy);
        if (parsed == null || why != null) {
            log.debug("access denied issuer={} reason=\"{}\"", policy.issuer(), why);
            return CompletableFuture.completedFuture(Verdict.DENIED);
        }
        return keysOf(policy)
                .key(parsed.keyId())
                .thenApplyAsync(key -> verdict(parsed, key), blocking)
                .exceptionally(error -> Verdict.NO_KEYS);
    }

    private AuthorityKeys keysOf(AccessPolicy policy) {
        return authorities.computeIfAbsent(
                policy.issuer(), issuer -> new AuthorityKeys(issuer, source, System::nanoTime));
    }

    private @Nullable String objection(AccessToken token, AccessPolicy policy) {
        if (!token.issuer().equals("https://" + policy.issuer())) {
            return "other issuer";
        }
        if (Collections.disjoint(token.audiences(), policy.audiences())) {
            return "other audience";
        }
        Duration now = Duration.ofMillis(clock.millis());
        if (now.compareTo(token.expires()) >= 0) {
            return "expired";
        }
        return token.notBefore().compareTo(now.plus(SKEW)) > 0 ? "not valid yet" : null;
    }

    private static Verdict verdict(AccessToken token, @Nullable SigningKey key) {
        boolean valid = key != null && key.algorithm().equals(token.algorithm()) && key.verifies(token);
        if (!valid) {
            log.debug("access denied issuer={} reason=\"no valid signature\"", token.issuer());
        }
        return valid ? Verdict.ADMITTED : Verdict.DENIED;
    }
}
