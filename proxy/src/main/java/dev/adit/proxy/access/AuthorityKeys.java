package dev.adit.proxy.access;

import dev.adit.proxy.config.ConfigNode;
import dev.adit.proxy.config.InvalidConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of one authority: fetched before they are needed or then, again when they are old or a token names an unknown one, and
 * kept when that fails. Safe for use by many threads.
 */
final class AuthorityKeys {
    private static final Logger log = LoggerFactory.getLogger(AuthorityKeys.class);

    private static final long OLD_NANOS = TimeUnit.HOURS.toNanos(1);

    /** How often at most a token with an unknown key makes us ask, or a failure is followed by another try. */
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** What was fetched last: the keys by their names, null if it never succeeded. */
    private record Fetched(@Nullable Map<String, SigningKey> keys, long nanos, boolean succeeded) {}

    private final String issuer;
    private final KeySource source;
    private final LongSupplier nanoClock;
    private final AtomicReference<@Nullable CompletableFuture<Fetched>> running = new AtomicReference<>();
    private volatile @Nullable Fetched last;

    AuthorityKeys(String issuer, KeySource source, LongSupplier nanoClock) {
        this.issuer = issuer;
        this.source = source;
        this.nanoClock = nanoClock;
    }

    /** The key named {@code id}; null if the authority has none of that name. Fails if the keys can't be had. */
    CompletableFuture<@Nullable SigningKey> key(String id) {
        Fetched known = last;
        if (known != null) {
            long age = nanoClock.getAsLong() - known.nanos;
            boolean found = known.keys != null && known.keys.containsKey(id);
            if (found && age >= OLD_NANOS) {
                fetch();
            }
            if (found || age < PAUSE_NANOS) {
                return CompletableFuture.completedFuture(known).thenApply(fetched -> find(id, fetched));
            }
        }
        return fetch().thenApply(fetched -> find(id, fetched));
    }

    /** Fetches the keys if that was never tried. */
    void prepare() {
        if (last == null) {
            fetch();
        }
    }

    private @Nullable SigningKey find(String id, Fetched fetched) {
        SigningKey key = fetched.keys == null ? null : fetched.keys.get(id);
        if (key == null && !fetched.succeeded) {
            throw new IllegalStateException("the keys of " + issuer + " can't be had");
        }
        return key;
    }

    private CompletableFuture<Fetched> fetch() {
        CompletableFuture<Fetched> mine = new CompletableFuture<>();
        CompletableFuture<Fetched> theirs = running.compareAndExchange(null, mine);
        if (theirs != null) {
            return theirs;
        }
        ask().thenApply(AuthorityKeys::parse).whenComplete((keys, error) -> {
            Fetched before = last;
            Map<String, SigningKey> kept = keys == null && before != null ? before.keys : keys;
            if (error != null) {
                log.warn(
                        "keys of the access authority can't be fetched issuer={} error={}",
                        issuer,
                        String.valueOf(error));
            }
            Fetched now = new Fetched(kept, nanoClock.getAsLong(), error == null);
            last = now;
            running.set(null);
            mine.complete(now);
        });
        return mine;
    }

    private CompletableFuture<String> ask() {
        try {
            return source.fetch(issuer);
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Map<String, SigningKey> parse(String text) {
        Map<String, SigningKey> keys = new HashMap<>();
        try {
            for (ConfigNode jwk : ConfigNode.json("key set", text).list("keys")) {
                String id = jwk.string("kid");
                SigningKey key = SigningKey.of(jwk);
                if (id != null && key != null) {
                    keys.put(id, key);
                }
            }
        } catch (InvalidConfig e) {
            throw new IllegalArgumentException("the key set is no JSON", e);
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("the key set has no key that can be used");
        }
        return Map.copyOf(keys);
    }
}
