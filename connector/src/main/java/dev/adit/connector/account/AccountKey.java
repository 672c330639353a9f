package dev.adit.connector.account;

import org.jspecify.annotations.Nullable;

/**
 * The right to change an account.
 *
 * @param token what requests prove it with; never printed
 * @param account the account's id, or null to ask the API which one the token is for
 * @param zone the zone in which host names are routed, or null to find it by the host name
 * @param endpoint the region of the API, such as {@code fed}, or null for the global one
 */
public record AccountKey(
        String token,
        @Nullable String account,
        @Nullable String zone,
        @Nullable String endpoint) {
    @Override
    public String toString() {
        return "AccountKey[account=" + account + ", zone=" + zone + "]";
    }
}
