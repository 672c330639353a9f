package dev.adit.connector.tunnel;

import dev.adit.connector.ingress.RemoteConfig;
import dev.adit.connector.wire.TunnelHeaders;
import dev.adit.proxy.http.Downstream;
import dev.adit.proxy.http.Exchange;
import dev.adit.proxy.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A stream by which the edge pushes a configuration: reads it whole, applies it off the event loop, answers. */
final class ConfigurationStream implements Exchange {
    private static final Logger log = LoggerFactory.getLogger(ConfigurationStream.class);

    /** Far above any rule list; the protocol sets no limit. */
    private static final int MAX_BYTES = 4 << 20;

    private final Downstream downstream;
    private final RemoteConfig config;
    private final Executor blocking;
    private final ByteArrayOutputStream push = new ByteArrayOutputStream();
    private boolean done;

    ConfigurationStream(Downstream downstream, RemoteConfig config, Executor blocking) {
        this.downstream = downstream;
        this.config = config;
        this.blocking = blocking;
    }

    @Override
    public void body(ByteBuf data) {
        int bytes = data.readableBytes();
        try {
            if (!done) {
                data.readBytes(push, bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("an array in memory does not fail", e);
        } finally {
            data.release();
        }
        downstream.consumed(bytes);
        if (push.size() > MAX_BYTES && !done) {
            done = true;
            answer(null);
        }
    }

    @Override
    public void end(@Nullable HttpHeaders trailers) {
        if (!done) {
            done = true;
            CompletableFuture.supplyAsync(() -> config.apply(push.toByteArray()), blocking)
                    .whenCompleteAsync(
                            (answer, error) -> {
                                if (error != null) {
                                    log.error("a configuration that the edge sent could not be applied", error);
                                }
                                answer(answer);
                            },
                            downstream.eventLoop());
        }
    }

    private void answer(byte @Nullable [] json) {
        HttpHeaders headers = new DefaultHttpHeaders();
        if (json == null) {
            headers.set(TunnelHeaders.RESPONSE_META, TunnelHeaders.META_CONNECTOR)
                    .set(HttpHeaderNames.CONTENT_LENGTH, "0");
            downstream.head(new ResponseHead(502, headers, false));
        } else {
            headers.set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                    .set(HttpHeaderNames.CONTENT_LENGTH, json.length);
            downstream.head(new ResponseHead(200, headers, true));
            downstream.body(Unpooled.wrappedBuffer(json));
            downstream.end(null);
        }
        downstream.finished();
    }

    @Override
    public void downstreamWritable() {}

    @Override
    public void aborted() {
        done = true;
    }
}
