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
 * @param matchSniToHost whether SNI and certificate check use the request's host
 * @param noHappyEyeballs whether an address is only tried after the one before it has failed
 * @param http2Origin whether HTTP/2 is offered to a TLS origin
 * @param connectRetry how long a refused connection is tried again before the answer is 503, zero for not at all; ours,
 *     5 s
 * @param maxConnections most HTTP/1.1 connections that one event loop opens to one origin, 0 for no limit; further requests
 *     wait for one, and get 503 when none becomes free within {@code connectTimeout} or too many wait; ours, 4096
 * @param bodyIdleTimeout how long an origin may be silent in the middle of a response body, zero for ever; ours, for ever by
 *     default
 * @param maxResponseHeaderBytes most bytes of fields that an origin may answer with, 1024 to 16 MiB; ours, 1 MiB, which is what
 *     an HTTP/2 tunnel takes in one header list
 * @param realClientAddress whether {@code X-Forwarded-For} and {@code X-Real-IP} get the address that the edge says and nothing
 *     that an eyeball wrote; ours, not by default
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
        boolean disableChunkedEncoding,
        boolean matchSniToHost,
        boolean noHappyEyeballs,
        boolean http2Origin,
        Duration connectRetry,
        int maxConnections,
        Duration bodyIdleTimeout,
        int maxResponseHeaderBytes,
        boolean realClientAddress) {

    private static final int LEAST_HEADER_BYTES = 1024;
    private static final int MOST_HEADER_BYTES = 16 << 20;

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
            false,
            false,
            false,
            false,
            Duration.ofSeconds(5),
            4096,
            Duration.ZERO,
            1 << 20,
            false);

    public OriginOptions {
        requirePositive("connectTimeout", connectTimeout);
        requirePositive("tlsTimeout", tlsTimeout);
        requirePositive("tcpKeepAlive", tcpKeepAlive);
        requirePositive("keepAliveTimeout", keepAliveTimeout);
        requireNotNegative("responseTimeout", responseTimeout);
        requireNotNegative("connectRetry", connectRetry);
        requireNotNegative("bodyIdleTimeout", bodyIdleTimeout);
        requireNotNegative("keepAliveConnections", keepAliveConnections);
        requireNotNegative("maxConnections", maxConnections);
        if (maxResponseHeaderBytes < LEAST_HEADER_BYTES || maxResponseHeaderBytes > MOST_HEADER_BYTES) {
            throw new IllegalArgumentException("maxResponseHeaderBytes must be " + LEAST_HEADER_BYTES + " to "
                    + MOST_HEADER_BYTES + ", was " + maxResponseHeaderBytes);
        }
    }

    /** The options of a byte stream that belongs to no rule: one try within {@code connectTimeout}. */
    public static OriginOptions forFlow(Duration connectTimeout, Duration tcpKeepAlive) {
        return new OriginOptions(
                connectTimeout,
                DEFAULT.tlsTimeout,
                Duration.ZERO,
                tcpKeepAlive,
                0,
                DEFAULT.keepAliveTimeout,
                null,
                null,
                null,
                false,
                false,
                false,
                false,
                false,
                Duration.ZERO,
                0,
                Duration.ZERO,
                DEFAULT.maxResponseHeaderBytes,
                false);
    }

    private static void requireNotNegative(String key, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(key + " must not be negative, was " + value);
        }
    }

    private static void requireNotNegative(String key, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(key + " must not be negative, was " + value);
        }
    }

    private static void requirePositive(String key, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(key + " must be positive, was " + value);
        }
    }
}
