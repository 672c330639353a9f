package dev.adit.proxy.http;

/** Serves requests. */
@FunctionalInterface
public interface ExchangeHandler {
    /**
     * Starts to serve one request, on the downstream's event loop. The answer may be complete when this returns; what
     * the returned exchange is told then, it ignores and releases.
     */
    Exchange open(RequestHead head, Downstream downstream);
}
