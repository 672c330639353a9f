package dev.adit.edgesim.h2;

import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/** Puts together the flow controllers, the distributor and the limits of one client connection. */
final class Http2ClientBuilder
        extends AbstractHttp2ConnectionHandlerBuilder<Http2ClientConnection, Http2ClientBuilder> {
    // One TLS record; Netty's default of 1,024 cuts bodies to pieces as soon as streams compete.
    private static final int CHUNK_BYTES = 16_384;
    // A window is given back when half of it was used: Netty's default.
    private static final float WINDOW_UPDATE_RATIO = 0.5f;

    private final Http2ClientLimits limits;
    private final ConnectionListener listener;

    Http2ClientBuilder(Http2ClientLimits limits, ConnectionListener listener) {
        this.limits = limits;
        this.listener = listener;
        connection(clientConnection());
        initialSettings(Http2Settings.defaultSettings()
                .pushEnabled(false)
                .initialWindowSize(limits.streamWindowBytes())
                .maxHeaderListSize(limits.headerListBytes()));
        decoupleCloseAndGoAway(true);
        // Replaced by the connection itself in its constructor; the builder insists on one.
        frameListener(new Http2FrameAdapter());
    }

    @Override
    protected Http2ClientConnection build() {
        return super.build();
    }

    @Override
    protected Http2ClientConnection build(
            Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
        return new Http2ClientConnection(new Http2ClientConnection.Codec(decoder, encoder, settings), limits, listener);
    }

    private static Http2Connection clientConnection() {
        Http2Connection connection = new DefaultHttp2Connection(false);
        connection.local().flowController(new DefaultHttp2LocalFlowController(connection, WINDOW_UPDATE_RATIO, true));
        UniformStreamByteDistributor distributor = new UniformStreamByteDistributor(connection);
        distributor.minAllocationChunk(CHUNK_BYTES);
        connection.remote().flowController(new DefaultHttp2RemoteFlowController(connection, distributor));
        return connection;
    }
}
