package dev.adit.edgesim.state;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the simulator remembers.
 *
 * @param apiToken the API token; a credential
 * @param authority the certificate authority; null before there is one
 * @param tunnels all tunnels, those that were deleted included
 * @param records all DNS records
 */
public record SavedState(
        @Nullable String apiToken,
        @Nullable Authority authority,
        List<SavedTunnel> tunnels,
        List<SavedRecord> records) {
    public SavedState {
        tunnels = List.copyOf(tunnels);
        records = List.copyOf(records);
    }

    /** Nothing remembered. */
    public static SavedState empty() {
        return new SavedState(null, null, List.of(), List.of());
    }

    /**
     * The certificate authority that connectors trust.
     *
     * @param key its private key, PKCS #8 in base64
     * @param certificate its certificate, DER in base64
     */
    public record Authority(String key, String certificate) {}

    /**
     * One tunnel.
     *
     * @param id its id
     * @param name its name
     * @param secret its secret, in base64
     * @param source who manages its configuration: {@code local} or {@code cloudflare}
     * @param createdAt when it was made
     * @param deletedAt when it was deleted, null if it was not
     * @param configuration the rules that the edge keeps for it, if any
     */
    public record SavedTunnel(
            UUID id,
            String name,
            String secret,
            String source,
            Instant createdAt,
            @Nullable Instant deletedAt,
            @Nullable SavedConfiguration configuration) {}

    /**
     * The configuration of one tunnel.
     *
     * @param version its number
     * @param config its rules, as JSON text
     * @param createdAt when it was given
     */
    public record SavedConfiguration(int version, String config, Instant createdAt) {}

    /**
     * One DNS record.
     *
     * @param id 32 hexadecimal digits
     * @param name host name
     * @param tunnel where it leads
     * @param ttl in seconds; 1 means automatic
     * @param proxied whether it leads through the edge
     * @param comment a note
     * @param createdOn when it was made
     * @param modifiedOn when it was last changed
     */
    public record SavedRecord(
            String id,
            String name,
            UUID tunnel,
            int ttl,
            boolean proxied,
            @Nullable String comment,
            Instant createdOn,
            Instant modifiedOn) {}
}
