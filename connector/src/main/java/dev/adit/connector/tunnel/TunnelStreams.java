package dev.adit.connector.tunnel;

import dev.adit.connector.wire.StreamKind;
import dev.adit.connector.wire.TunnelHeaders;
import dev.adit.proxy.engine.ProxyEngine;
import dev.adit.proxy.http.Downstream;
import dev.adit.proxy.http.Exchange;
import dev.adit.proxy.http.ExchangeHandler;
import dev.adit.proxy.http.ExchangeKind;
import dev.adit.proxy.http.Failure;
import dev.adit.proxy.http.RequestHead;
import dev.adit.proxy.http.ResponseHead;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Locale;
import java.util.function.Function;

/** Sends each stream that an edge opens where it belongs. One for each connection. */
final class TunnelStreams implements ExchangeHandler {
    /** Begins the names of headers that tell the origin which connector a request came through. */
    private static final String TAG = "cf-warp-tag-";

    private final Tunnel tunnel;
    private final HttpHeaders tags = new DefaultHttpHeaders();
    private final ProxyEngine engine;
    private final int connIndex;
    private final Function<Downstream, Exchange> control;

    /** Serves requests on the connection {@code connIndex} with {@code engine}; {@code control} gets the control stream. */
    TunnelStreams(Tunnel tunnel, ProxyEngine engine, int connIndex, Function<Downstream, Exchange> control) {
        this.tunnel = tunnel;
        this.connIndex = connIndex;
        this.engine = engine;
        this.control = control;
        tunnel.tags().forEach(tag -> tags.add(TAG + tag.key().toLowerCase(Locale.ROOT), tag.value()));
        tags.add(TAG + "id", tunnel.client().id().toString());
    }

    @Override
    public Exchange open(RequestHead head, Downstream stream) {
        HttpHeaders headers = head.headers();
        return switch (StreamKind.of(headers)) {
            case CONTROL -> control.apply(stream);
            case CONFIGURATION -> new ConfigurationStream(stream, tunnel.config(), tunnel.blocking());
            case TCP -> engine.open(head.as(ExchangeKind.TCP), new TunnelDownstream(stream, connIndex));
            case WEBSOCKET -> serve(head.as(ExchangeKind.WEBSOCKET), stream);
            case HTTP -> serve(head, stream);
        };
    }

    /** Says that the connector answers, not the origin. */
    @Override
    public ResponseHead failed(Failure failure) {
        HttpHeaders fields = new DefaultHttpHeaders()
                .set(
                        TunnelHeaders.RESPONSE_META,
                        failure.kind() == Failure.Kind.FLOW_LIMIT
                                ? TunnelHeaders.META_FLOW_RATE_LIMITED
                                : TunnelHeaders.META_CONNECTOR)
                .set(HttpHeaderNames.CONTENT_LENGTH, "0");
        return new ResponseHead(failure.kind().status(), fields, false);
    }

    private Exchange serve(RequestHead head, Downstream stream) {
        HttpHeaders headers = head.headers();
        headers.remove(TunnelHeaders.PROXY_CONNECTION_UPGRADE);
        headers.remove(TunnelHeaders.TRACE_ID);
        headers.add(tags);
        return engine.open(head, new TunnelDownstream(stream, connIndex));
    }
}
