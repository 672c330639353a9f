package dev.adit.proxy.testing;

import dev.adit.proxy.route.OriginOptions;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** {@link OriginOptions} with some of the defaults changed. */
public final class OriginOptionsBuilder {
    private Duration connectTimeout = OriginOptions.DEFAULT.connectTimeout();
    private Duration tlsTimeout = OriginOptions.DEFAULT.tlsTimeout();
    private Duration responseTimeout = OriginOptions.DEFAULT.responseTimeout();
    private Duration tcpKeepAlive = OriginOptions.DEFAULT.tcpKeepAlive();
    private int keepAliveConnections = OriginOptions.DEFAULT.keepAliveConnections();
    private Duration keepAliveTimeout = OriginOptions.DEFAULT.keepAliveTimeout();
    private @Nullable String httpHostHeader;
    private @Nullable String originServerName;
    private @Nullable Path caPool;
    private boolean noTlsVerify;
    private boolean disableChunkedEncoding;
    private boolean matchSniToHost;
    private boolean noHappyEyeballs;
    private boolean http2Origin;
    private Duration connectRetry = Duration.ZERO;
    private int maxConnections = OriginOptions.DEFAULT.maxConnections();
    private Duration bodyIdleTimeout = OriginOptions.DEFAULT.bodyIdleTimeout();
    private int maxResponseHeaderBytes = OriginOptions.DEFAULT.maxResponseHeaderBytes();
    private boolean realClientAddress;

    public OriginOptionsBuilder connectTimeout(Duration value) {
        connectTimeout = value;
        return this;
    }

    public OriginOptionsBuilder tlsTimeout(Duration value) {
        tlsTimeout = value;
        return this;
    }

    public OriginOptionsBuilder responseTimeout(Duration value) {
        responseTimeout = value;
        return this;
    }

    public OriginOptionsBuilder tcpKeepAlive(Duration value) {
        tcpKeepAlive = value;
        return this;
    }

    public OriginOptionsBuilder keepAliveConnections(int value) {
        keepAliveConnections = value;
        return this;
    }

    public OriginOptionsBuilder keepAliveTimeout(Duration value) {
        keepAliveTimeout = value;
        return this;
    }

    public OriginOptionsBuilder httpHostHeader(String value) {
        httpHostHeader = value;
        return this;
    }

    public OriginOptionsBuilder originServerName(String value) {
        originServerName = value;
        return this;
    }

    public OriginOptionsBuilder caPool(Path value) {
        caPool = value;
        return this;
    }

    /** Does not check the origin's certificate. */
    public OriginOptionsBuilder noTlsVerify() {
        noTlsVerify = true;
        return this;
    }

    /** Refuses requests without a length. */
    public OriginOptionsBuilder disableChunkedEncoding() {
        disableChunkedEncoding = true;
        return this;
    }

    /** Shakes hands with the name that the request asks for. */
    public OriginOptionsBuilder matchSniToHost() {
        matchSniToHost = true;
        return this;
    }

    /** Tries an address only after the one before it has failed. */
    public OriginOptionsBuilder noHappyEyeballs() {
        noHappyEyeballs = true;
        return this;
    }

    /** Offers HTTP/2. */
    public OriginOptionsBuilder http2Origin() {
        http2Origin = true;
        return this;
    }

    /** How long a refused connection is tried again; not at all unless it is set here. */
    public OriginOptionsBuilder connectRetry(Duration value) {
        connectRetry = value;
        return this;
    }

    public OriginOptionsBuilder maxConnections(int value) {
        maxConnections = value;
        return this;
    }

    public OriginOptionsBuilder bodyIdleTimeout(Duration value) {
        bodyIdleTimeout = value;
        return this;
    }

    public OriginOptionsBuilder maxResponseHeaderBytes(int value) {
        maxResponseHeaderBytes = value;
        return this;
    }

    public OriginOptionsBuilder realClientAddress(boolean value) {
        realClientAddress = value;
        return this;
    }

    public OriginOptions build() {
        return new OriginOptions(
                connectTimeout,
                tlsTimeout,
                responseTimeout,
                tcpKeepAlive,
                keepAliveConnections,
                keepAliveTimeout,
                httpHostHeader,
                originServerName,
                caPool,
                noTlsVerify,
                disableChunkedEncoding,
                matchSniToHost,
                noHappyEyeballs,
                http2Origin,
                connectRetry,
                maxConnections,
                bodyIdleTimeout,
                maxResponseHeaderBytes,
                realClientAddress);
    }
}
