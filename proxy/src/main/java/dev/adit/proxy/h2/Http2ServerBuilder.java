package dev.adit.proxy.h2;

import dev.adit.proxy.http.ExchangeHandler;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/** Makes the HTTP/2 server side of one connection, with our limits and our flow control. */
public final class Http2ServerBuilder
        extends AbstractHttp2ConnectionHandlerBuilder<Http2ServerConnection, Http2ServerBuilder> {
    /**
     * The default distributor cuts bodies into frames of 1 KiB once streams compete, at up to five times the CPU
     * (measured, ARCHITECTURE.md); 16 KiB is the largest frame that every peer takes.
     */
    private static final int MIN_CHUNK_BYTES = 16_384;

    private final Http2Limits limits;
    private final ExchangeHandler handler;
    private final Http2ConnectionObserver observer;

    private Http2ServerBuilder(Http2Limits limits, ExchangeHandler handler, Http2ConnectionObserver observer) {
        this.limits = limits;
        this.handler = handler;
        this.observer = observer;
    }

    /** A channel handler that serves the connection it is added to; {@code handler} gets the requests. */
    public static Http2ServerConnection build(
            Http2Limits limits, ExchangeHandler handler, Http2ConnectionObserver observer) {
        Http2ServerBuilder builder = new Http2ServerBuilder(limits, handler, observer);
        Http2Connection connection = new DefaultHttp2Connection(true);
        connection.local().flowController(new DefaultHttp2LocalFlowController(connection, 0.5f, true));
        UniformStreamByteDistributor distributor = new UniformStreamByteDistributor(connection);
        distributor.minAllocationChunk(MIN_CHUNK_BYTES);
        connection.remote().flowController(new DefaultHttp2RemoteFlowController(connection, distributor));
        return builder.connection(connection)
                .initialSettings(limits.settings())
                // Whoever closes the channel has drained it before, or does not want to wait.
                .gracefulShutdownTimeoutMillis(0)
                .headerSensitivityDetector(Http2HeaderMapper::isSensitive)
                .decoderEnforceMaxRstFramesPerWindow(limits.maxResets(), 30)
                .encoderEnforceMaxRstFramesPerWindow(limits.maxResets(), 30)
                // The peer's own limit on fields is for it to enforce: a response must not fail here because of it.
                .encoderIgnoreMaxHeaderListSize(true)
                .build();
    }

    @Override
    protected Http2ServerConnection build(
            Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
        return new Http2ServerConnection(
                new Http2ServerConnection.Codec(decoder, encoder, settings), limits, handler, observer);
    }
}
