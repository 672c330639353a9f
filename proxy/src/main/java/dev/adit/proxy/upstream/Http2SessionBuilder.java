package dev.adit.proxy.upstream;

import dev.adit.proxy.h2.Http2HeaderMapper;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/** Makes the client side of one HTTP/2 connection to an origin. */
final class Http2SessionBuilder extends AbstractHttp2ConnectionHandlerBuilder<Http2Session, Http2SessionBuilder> {
    /** The largest frame that every peer takes; see ARCHITECTURE.md on the distributor. */
    private static final int MIN_CHUNK_BYTES = 16_384;

    /** What a stalled eyeball may leave with us of one response. Origins are near, so it need not be more. */
    private static final int STREAM_WINDOW_BYTES = 262_144;

    private final UpstreamKey key;
    private final Dialed dialed;

    private Http2SessionBuilder(UpstreamKey key, Dialed dialed) {
        this.key = key;
        this.dialed = dialed;
    }

    /** A channel handler for a connection that is up; it tells {@code dialed} when the origin is ready. */
    static Http2Session build(UpstreamKey key, Dialed dialed) {
        Http2Connection connection = new DefaultHttp2Connection(false);
        connection.local().flowController(new DefaultHttp2LocalFlowController(connection, 0.5f, true));
        UniformStreamByteDistributor distributor = new UniformStreamByteDistributor(connection);
        distributor.minAllocationChunk(MIN_CHUNK_BYTES);
        connection.remote().flowController(new DefaultHttp2RemoteFlowController(connection, distributor));
        return new Http2SessionBuilder(key, dialed)
                .connection(connection)
                .initialSettings(new Http2Settings()
                        .pushEnabled(false)
                        .initialWindowSize(STREAM_WINDOW_BYTES)
                        .maxHeaderListSize(key.options().maxResponseHeaderBytes()))
                .gracefulShutdownTimeoutMillis(0)
                .headerSensitivityDetector(Http2HeaderMapper::isSensitive)
                // Whoever resets is an origin of ours, and each of our own resets is an eyeball that went away.
                .decoderEnforceMaxRstFramesPerWindow(0, 30)
                .encoderEnforceMaxRstFramesPerWindow(0, 30)
                .encoderIgnoreMaxHeaderListSize(true)
                .build();
    }

    @Override
    protected Http2Session build(
            Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
        return new Http2Session(new Http2Session.Codec(decoder, encoder, settings), key, dialed);
    }
}
