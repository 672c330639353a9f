package dev.adit.edgesim.tunnel;

import dev.adit.edgesim.tls.ConnectorHello;
import dev.adit.edgesim.tls.SimTls;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslClientHelloHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a connector's ClientHello, about 1.5 kB in two segments, and gives way to the TLS that can answer it. */
final class TunnelHandshake extends SslClientHelloHandler<SslContext> {
    private static final Logger log = LoggerFactory.getLogger(TunnelHandshake.class);
    // cloudflared's own limit for dial and handshake.
    static final Duration LIMIT = Duration.ofSeconds(15);

    private final SimTls tls;
    private @Nullable Future<?> deadline;
    private boolean probe;

    TunnelHandshake(SimTls tls) {
        this.tls = tls;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        deadline = ctx.executor().schedule(() -> ctx.close(), LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    protected Future<SslContext> lookup(ChannelHandlerContext ctx, @Nullable ByteBuf clientHello) {
        Promise<SslContext> found = ctx.executor().newPromise();
        if (clientHello == null) {
            return found.setFailure(new IllegalStateException("no ClientHello"));
        }
        ConnectorHello hello = ConnectorHello.read(clientHello);
        probe = hello.isProbe();
        tls.tunnel(hello).whenComplete((context, failure) -> {
            if (failure != null) {
                found.tryFailure(failure);
            } else {
                found.trySuccess(context);
            }
        });
        return found;
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, Future<SslContext> found) {
        if (!found.isSuccess()) {
            log.debug("{} no TLS: {}", ctx.channel(), found.cause().toString());
            ctx.close();
            return;
        }
        SslHandler ssl = found.getNow().newHandler(ctx.alloc());
        ssl.setHandshakeTimeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        // It gets what was read so far as soon as this handler is gone.
        ctx.pipeline().replace(this, null, ssl);
    }

    /** Whether the connector only probes; known once there is TLS. */
    boolean isProbe() {
        return probe;
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
        Future<?> running = deadline;
        if (running != null) {
            running.cancel(false);
        }
        super.handlerRemoved0(ctx);
    }
}
