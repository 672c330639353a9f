package dev.adit.proxy.access;

import java.util.concurrent.CompletableFuture;

/** Where the keys of an authority come from. Safe for use by many threads. */
@FunctionalInterface
public interface KeySource {
    /** The key set (RFC 7517) of the authority at the host name {@code issuer}; never blocks. */
    CompletableFuture<String> fetch(String issuer);
}
