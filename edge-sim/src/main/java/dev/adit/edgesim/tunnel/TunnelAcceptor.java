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
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds the pipelines of accepted connectors: TLS without ALPN, then a session; probes get no further than TLS. */
public final class TunnelAcceptor extends ChannelInitializer<Channel> {
    private static final Logger log = LoggerFactory.getLogger(TunnelAcceptor.class);
    // cloudflared's own limit for dial and handshake.
    private static final long HANDSHAKE_LIMIT_SECONDS = 15;
    // Enough to batch, little enough that a WINDOW_UPDATE is not late.
    private static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(64 * 1024, 256 * 1024);

    // Connectors bring four connections each, and register at once.
    private static final int MAX_NEWCOMERS = 256;

    private final Newcomers newcomers = new Newcomers(MAX_NEWCOMERS);
    private final TunnelDirectory directory;
    private final Misbehavior misbehavior;
    private final SimTls tls;
    // One stream of jitter for each link; that it is the same each time makes no promise, but costs nothing.
    private final SplittableRandom random = new SplittableRandom(1);

    /** Connectors of {@code directory}'s tunnels may register, unless {@code misbehavior} has other plans. */
    public TunnelAcceptor(TunnelDirectory directory, Misbehavior misbehavior, SimTls tls) {
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
        SslHandler ssl = tls.tunnel().newHandler(channel.alloc());
        ssl.setHandshakeTimeout(HANDSHAKE_LIMIT_SECONDS, TimeUnit.SECONDS);
        channel.pipeline().addLast(newcomers.watch(), ssl, new AfterHandshake(ssl));
    }

    /** Starts a session when the handshake is done, unless the connector was only probing. */
    private final class AfterHandshake extends ChannelInboundHandlerAdapter {
        private final SslHandler ssl;

        AfterHandshake(SslHandler ssl) {
            this.ssl = ssl;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake) {
                if (handshake.isSuccess()) {
                    onHandshake(ctx);
                } else {
                    log.debug("{} no TLS: {}", ctx.channel(), handshake.cause().toString());
                    ctx.close();
                }
            }
        }

        private void onHandshake(ChannelHandlerContext ctx) {
            if (isProbe()) {
                // The prober closes; this is for one that does not.
                ctx.executor().schedule(() -> ctx.close(), HANDSHAKE_LIMIT_SECONDS, TimeUnit.SECONDS);
                return;
            }
            new TunnelSession(ctx.pipeline().get(Link.class), directory, misbehavior).start(ctx.pipeline());
            ctx.pipeline().remove(this);
        }

        private boolean isProbe() {
            if (ssl.engine().getSession() instanceof ExtendedSSLSession session) {
                for (SNIServerName name : session.getRequestedServerNames()) {
                    if (name instanceof SNIHostName host && SimTls.PROBE_NAME.equalsIgnoreCase(host.getAsciiName())) {
                        return true;
                    }
                }
            }
            return false;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            log.debug("{} closing after {}", ctx.channel(), cause.toString());
            ctx.close();
        }
    }
}
