package dev.adit.proxy.route;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to talk to an origin. Names and defaults are those of cloudflared's {@code originRequest} unless said otherwise.
 *
 * @param connectTimeout limit for one TCP connect; 30 s
 * @param tlsTimeout limit for the TLS handshake; 10 s
 * @param responseTimeout limit from the end of the request to the response head, zero for none; ours, none by default
 * @param tcpKeepAlive idle time before and between keep-alive probes; 30 s
 * @param keepAliveConnections most idle connections that one event loop keeps for one origin; 100
 * @param keepAliveTimeout how long an idle connection is kept; 90 s
 * @param httpHostHeader replaces {@code Host}, which then goes to {@code X-Forwarded-Host}
 * @param originServerName name for SNI and certificate check instead of the target's host
 * @param caPool PEM file of authorities trusted beside the system's
 * @param noTlsVerify whether the origin's certificate is not checked
 * @param disableChunkedEncoding whether requests must have a length (411 if they have none)
 */
public record OriginOptions(
        Duration connectTimeout,
        Duration tlsTimeout,
        Duration responseTimeout,
        Duration tcpKeepAlive,
        int keepAliveConnections,
        Duration keepAliveTimeout,
        @Nullable String httpHostHeader,
        @Nullable String originServerName,
        @Nullable Path caPool,
        boolean noTlsVerify,
        boolean disableChunkedEncoding) {

    /** cloudflared's defaults. */
    public static final OriginOptions DEFAULT = new OriginOptions(
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ZERO,
            Duration.ofSeconds(30),
            100,
            Duration.ofSeconds(90),
            null,
            null,
            null,
            false,
            false);

    public OriginOptions {
        requirePositive("connectTimeout", connectTimeout);
        requirePositive("tlsTimeout", tlsTimeout);
        requirePositive("tcpKeepAlive", tcpKeepAlive);
        requirePositive("keepAliveTimeout", keepAliveTimeout);
        if (responseTimeout.isNegative()) {
            throw new IllegalArgumentException("responseTimeout must not be negative, was " + responseTimeout);
        }
        if (keepAliveConnections < 0) {
            throw new IllegalArgumentException(
                    "keepAliveConnections must not be negative, was " + keepAliveConnections);
        }
    }

    private static void requirePositive(String key, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(key + " must be positive, was " + value);
        }
    }
}
