package dev.adit.edgesim.eyeball;

import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/** Puts together the flow control and the limits of one HTTP/2 connection of an eyeball. */
final class EyeballHttp2Builder extends Http2FrameCodecBuilder {
    // One TLS record; Netty's default distributor cuts bodies into 1 KiB frames as soon as streams compete.
    private static final int CHUNK_BYTES = 16_384;
    // Uploads: what one stream may have on the way.
    private static final int STREAM_WINDOW_BYTES = 1 << 20;
    // As the daemon's own listener; a browser opens no more than about 100.
    private static final int MAX_STREAMS = 256;
    // Resets of open streams in a while, theirs or those that they provoke: a browser that leaves a page sends some
    // 100.
    private static final int MAX_RESETS = 400;
    private static final int RESET_WINDOW_SECONDS = 30;

    EyeballHttp2Builder(int headerListBytes) {
        Http2Connection connection = new DefaultHttp2Connection(true);
        UniformStreamByteDistributor distributor = new UniformStreamByteDistributor(connection);
        distributor.minAllocationChunk(CHUNK_BYTES);
        connection.remote().flowController(new DefaultHttp2RemoteFlowController(connection, distributor));
        connection(connection);
        gracefulShutdownTimeoutMillis(0);
        initialSettings(Http2Settings.defaultSettings()
                .maxConcurrentStreams(MAX_STREAMS)
                .initialWindowSize(STREAM_WINDOW_BYTES)
                .maxHeaderListSize(headerListBytes)
                .connectProtocolEnabled(true));
        validateRequiredPseudoHeaders(true);
        decoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESET_WINDOW_SECONDS);
        encoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESET_WINDOW_SECONDS);
    }
}
