package dev.adit.edgesim.eyeball;

import dev.adit.edgesim.guard.FrameGuard;
import dev.adit.edgesim.guard.Newcomers;
import dev.adit.edgesim.tls.SimTls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.util.Mapping;
import org.jspecify.annotations.Nullable;

/** Builds the pipelines of accepted eyeball connections: plain HTTP/1.1, or TLS with HTTP/1.1 and HTTP/2. */
public final class EyeballListener extends ChannelInitializer<Channel> {
    // nginx's large_client_header_buffers allow as much in a line; browsers stay far below.
    private static final int MAX_LINE_BYTES = 32 * 1024;
    private static final int MAX_HEADER_BYTES = 64 * 1024;
    // Uploads: what all streams together may have on the way.
    private static final int CONNECTION_WINDOW_BYTES = 4 << 20;
    // A browser opens a few in advance; 512 descriptors are affordable.
    private static final int MAX_NEWCOMERS = 512;
    private static final int MAX_CLIENT_HELLO_BYTES = 0xffff;

    private final Newcomers newcomers = new Newcomers(MAX_NEWCOMERS);
    private final EyeballSettings settings;
    private final @Nullable SimTls tls;

    private EyeballListener(EyeballSettings settings, @Nullable SimTls tls) {
        this.settings = settings;
        this.tls = tls;
    }

    /** For plain HTTP/1.1. */
    public static EyeballListener plain(EyeballSettings settings) {
        return new EyeballListener(settings, null);
    }

    /** For HTTPS, with HTTP/2 and HTTP/1.1 by ALPN. */
    public static EyeballListener secure(EyeballSettings settings, SimTls tls) {
        return new EyeballListener(settings, tls);
    }

    @Override
    protected void initChannel(Channel channel) {
        channel.pipeline().addLast(newcomers.watch());
        SimTls certificates = tls;
        if (certificates == null) {
            addHttp1(channel.pipeline(), "http");
            return;
        }
        Mapping<String, SslContext> byName =
                name -> certificates.eyeball(name, settings.directory().hosts());
        channel.pipeline()
                .addLast(
                        new SniHandler(
                                byName,
                                MAX_CLIENT_HELLO_BYTES,
                                patience().head().toMillis()),
                        new ByAlpn());
    }

    private void addHttp1(ChannelPipeline pipeline, String scheme) {
        pipeline.addLast(
                new EyeballCodec(new HttpDecoderConfig()
                        .setMaxInitialLineLength(MAX_LINE_BYTES)
                        .setMaxHeaderSize(MAX_HEADER_BYTES)),
                new EyeballHandler(settings, false, scheme));
    }

    private void addHttp2(ChannelPipeline pipeline) {
        Http2FrameCodec codec = new EyeballHttp2Builder(MAX_HEADER_BYTES).build();
        pipeline.addLast(
                new FrameGuard(codec, patience().head()),
                codec,
                new Http2MultiplexHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel stream) {
                        stream.pipeline()
                                .addLast(
                                        new HeadGate(),
                                        new Http2StreamFrameToHttpObjectCodec(true),
                                        new EyeballHandler(settings, true, "https"));
                    }
                }),
                new IdleConnection(codec.connection(), patience().idle()));
        pipeline.channel().write(new DefaultHttp2WindowUpdateFrame(CONNECTION_WINDOW_BYTES));
        pipeline.channel().flush();
    }

    private Patience patience() {
        return settings.limits().patience();
    }

    /** Completes the pipeline once the eyeball has chosen a protocol. */
    private final class ByAlpn extends ApplicationProtocolNegotiationHandler {
        ByAlpn() {
            super(ApplicationProtocolNames.HTTP_1_1);
        }

        @Override
        protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
            if (ApplicationProtocolNames.HTTP_2.equals(protocol)) {
                addHttp2(ctx.pipeline());
            } else {
                addHttp1(ctx.pipeline(), "https");
            }
        }

        // A failed handshake is the eyeball's business: it does not trust the authority, most likely.
        @Override
        protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
