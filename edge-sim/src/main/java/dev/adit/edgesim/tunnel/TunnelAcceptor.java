package dev.adit.edgesim.tunnel;

import dev.adit.edgesim.guard.Newcomers;
import dev.adit.edgesim.link.Link;
import dev.adit.edgesim.tls.SimTls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds the pipelines of accepted connectors: TLS without ALPN, then a session; probes get no further than TLS. */
public final class TunnelAcceptor extends ChannelInitializer<Channel> {
    private static final Logger log = LoggerFactory.getLogger(TunnelAcceptor.class);
    // Enough to batch, little enough that a WINDOW_UPDATE is not late.
    private static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(64 * 1024, 256 * 1024);

    // Connectors bring four connections each, and register at once.
    private static final int MAX_NEWCOMERS = 256;

    private final Newcomers newcomers = new Newcomers(MAX_NEWCOMERS);
    private final EdgeSite site;
    private final TunnelDirectory directory;
    private final Misbehavior misbehavior;
    private final SimTls tls;
    // Gives each link its own for jitter.
    private final SplittableRandom random = new SplittableRandom(1);

    /** Connectors of {@code directory}'s tunnels may register, unless {@code misbehavior} has other plans. */
    public TunnelAcceptor(EdgeSite site, TunnelDirectory directory, Misbehavior misbehavior, SimTls tls) {
        this.site = site;
        this.directory = directory;
        this.misbehavior = misbehavior;
        this.tls = tls;
    }

    @Override
    protected void initChannel(Channel channel) {
        channel.config().setOption(ChannelOption.TCP_NODELAY, true);
        channel.config().setWriteBufferWaterMark(MARKS);
        Link link = new Link(random.split());
        channel.pipeline().addLast(link);
        misbehavior.accepted(link);
        TunnelHandshake handshake = new TunnelHandshake(tls);
        channel.pipeline().addLast(newcomers.watch(), handshake, new AfterHandshake(handshake));
    }

    /** Starts a session when the handshake is done, unless the connector was only probing. */
    private final class AfterHandshake extends ChannelInboundHandlerAdapter {
        private final TunnelHandshake handshake;

        AfterHandshake(TunnelHandshake handshake) {
            this.handshake = handshake;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent done) {
                if (done.isSuccess()) {
                    onHandshake(ctx);
                } else {
                    log.debug("{} no TLS: {}", ctx.channel(), done.cause().toString());
                    ctx.close();
                }
            }
        }

        private void onHandshake(ChannelHandlerContext ctx) {
            if (handshake.isProbe()) {
                // The prober closes; this is for one that does not.
                ctx.executor().schedule(() -> ctx.close(), TunnelHandshake.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
                return;
            }
            new TunnelSession(ctx.pipeline().get(Link.class), site, directory, misbehavior).start(ctx.pipeline());
            ctx.pipeline().remove(this);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            log.debug("{} closing after {}", ctx.channel(), cause.toString());
            ctx.close();
        }
    }
}
