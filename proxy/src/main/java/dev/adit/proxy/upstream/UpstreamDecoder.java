package dev.adit.proxy.upstream;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponseDecoder;

/** Netty's response decoder, told which request each response answers. */
final class UpstreamDecoder extends HttpResponseDecoder {
    /**
     * 64 KiB for the status line and 1 MiB for the fields, which is what an HTTP/2 tunnel takes in one header list
     * (cloudflared's limit); body chunks as large as one socket read.
     */
    private static final HttpDecoderConfig CONFIG = new HttpDecoderConfig()
            .setMaxInitialLineLength(65_536)
            .setMaxHeaderSize(1_048_576)
            .setMaxChunkSize(65_536)
            .setInitialBufferSize(256);

    private final UpstreamConnection connection;

    UpstreamDecoder(UpstreamConnection connection) {
        super(CONFIG);
        this.connection = connection;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        return connection.isHead() || super.isContentAlwaysEmpty(message);
    }
}
