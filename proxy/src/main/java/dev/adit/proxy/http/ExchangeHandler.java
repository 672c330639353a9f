package dev.adit.proxy.http;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

/** Serves requests. */
@FunctionalInterface
public interface ExchangeHandler {
    /**
     * Starts to serve one request, on the downstream's event loop. The answer may be complete when this returns; what
     * the returned exchange is told then, it ignores and releases.
     */
    Exchange open(RequestHead head, Downstream downstream);

    /** The head, without a body, that answers a request which failed before any other head was sent. */
    default ResponseHead failed(Failure failure) {
        HttpHeaders headers = new DefaultHttpHeaders().set(HttpHeaderNames.CONTENT_LENGTH, "0");
        return new ResponseHead(failure.kind().status(), headers, false);
    }
}
