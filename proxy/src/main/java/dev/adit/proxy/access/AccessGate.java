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

/** Decides whether a request's token lets it use a rule. One for the whole process; safe for use by many threads. */
public final class AccessGate {
    /** How far the issuer's clock may be ahead of ours. */
    private static final Duration SKEW = Duration.ofSeconds(60);

    /** What was decided. */
    public enum Decision {
        ADMITTED,
        /** The token is missing, is not what it should be, has expired or is for somebody else. */
        DENIED,
        /** Nobody knows: the keys can't be had. */
        NO_KEYS
    }

    /**
     * What was decided, and why.
     *
     * @param why a few words for the log, without anything that was sent; empty for who is admitted
     */
    public record Verdict(Decision decision, String why) {
        private static final Verdict ADMITTED = new Verdict(Decision.ADMITTED, "");

        private static Verdict denied(String why) {
            return new Verdict(Decision.DENIED, why);
        }
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
        if (!policy.admitsNobody()) {
            keysOf(policy).prepare();
        }
    }

    /** Checks {@code token}, null if there is none; never blocks and never fails. */
    public CompletableFuture<Verdict> check(AccessPolicy policy, @Nullable String token) {
        if (policy.admitsNobody()) {
            return denied("the rule names no application whose tokens it takes");
        }
        if (token == null) {
            return denied("no access token in the request");
        }
        AccessToken parsed = AccessToken.parse(token);
        if (parsed == null) {
            return denied("the access token is none");
        }
        String why = objection(parsed, policy);
        return why != null
                ? denied(why)
                : keysOf(policy)
                        .key(parsed.keyId())
                        .thenApplyAsync(key -> verdict(parsed, key), blocking)
                        .exceptionally(error ->
                                new Verdict(Decision.NO_KEYS, "the keys of the access authority can't be had"));
    }

    private static CompletableFuture<Verdict> denied(String why) {
        return CompletableFuture.completedFuture(Verdict.denied(why));
    }

    private AuthorityKeys keysOf(AccessPolicy policy) {
        return authorities.computeIfAbsent(
                policy.issuer(), issuer -> new AuthorityKeys(issuer, source, System::nanoTime));
    }

    private @Nullable String objection(AccessToken token, AccessPolicy policy) {
        if (!token.issuer().equals("https://" + policy.issuer())) {
            return "the access token is of another issuer";
        }
        if (Collections.disjoint(token.audiences(), policy.audiences())) {
            return "the access token is for another application";
        }
        Duration now = Duration.ofMillis(clock.millis());
        if (now.compareTo(token.expires()) >= 0) {
            return "the access token has expired";
        }
        return token.notBefore().compareTo(now.plus(SKEW)) > 0 ? "the access token is not valid yet" : null;
    }

    private static Verdict verdict(AccessToken token, @Nullable SigningKey key) {
        boolean valid = key != null && key.algorithm().equals(token.algorithm()) && key.verifies(token);
        return valid ? Verdict.ADMITTED : Verdict.denied("the access token has no valid signature");
    }
}
