package dev.adit.connector.wire;

import java.net.InetAddress;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a connector tells the edge to get traffic.
 *
 * @param auth proves that the connector may serve the tunnel
 * @param tunnelId the tunnel
 * @param connIndex which of the connector's connections this is, from 0 to 255
 * @param options the rest
 */
public record RegistrationRequest(Auth auth, UUID tunnelId, int connIndex, Options options) {
    public RegistrationRequest {
        requireByte("connIndex", connIndex);
    }

    /** The account that owns the tunnel and the tunnel's secret. */
    public record Auth(String accountTag, TunnelSecret secret) {}

    /**
     * The connector's process.
     *
     * @param id a random UUID, the same on all connections of the process
     * @param features what the connector can do, see the protocol's list
     * @param version the connector's release
     * @param arch operating system and processor, such as linux_amd64
     */
    public record Client(UUID id, List<String> features, String version, String arch) {
        public Client {
            features = List.copyOf(features);
        }
    }

    /**
     * What the edge may want to know beyond the tunnel.
     *
     * @param client the connector's process
     * @param originLocalIp the local address of the connection, or null if unknown
     * @param replaceExisting cloudflared: false
     * @param compressionQuality from 0 to 255; cloudflared: 0
     * @param numPreviousAttempts tries of this index since it was last connected, from 0 to 255
     */
    public record Options(
            Client client,
            @Nullable InetAddress originLocalIp,
            boolean replaceExisting,
            int compressionQuality,
            int numPreviousAttempts) {
        public Options {
            requireByte("compressionQuality", compressionQuality);
            requireByte("numPreviousAttempts", numPreviousAttempts);
        }

        /** Options with the values that cloudflared never changes. */
        public Options(Client client, @Nullable InetAddress originLocalIp, int numPreviousAttempts) {
            this(client, originLocalIp, false, 0, numPreviousAttempts);
        }
    }

    private static void requireByte(String name, int value) {
        if (value < 0 || value > 255) {
            throw new IllegalArgumentException(name + " must be from 0 to 255, was " + value);
        }
    }
}
