package dev.adit.proxy.engine;

import dev.adit.proxy.http.ExchangeKind;
import dev.adit.proxy.http.RequestHead;
import dev.adit.proxy.route.Route;
import org.jspecify.annotations.Nullable;

/**
 * A request as the log tells it from others. What is not known is null.
 *
 * @param head what was asked for
 * @param route the rule that took it; null if it has none
 * @param connection the number of the connection that it came on, or -1
 */
record Incoming(RequestHead head, @Nullable Route route, int connection) {
    private static final int MOST_CHARS = 128;

    /** The user agent of a load balancer that looks whether the tunnel works. */
    private static final String PROBE = "Mozilla/5.0 (compatible; Cloudflare-Traffic-Manager/1.0";

    /** cloudflared's number of what travels: 1 for HTTP, 2 for TCP. */
    int event() {
        return head.kind() == ExchangeKind.TCP ? 2 : 1;
    }

    @Nullable
    Integer connIndex() {
        return connection < 0 ? null : Integer.valueOf(connection);
    }

    @Nullable
    Integer rule() {
        Route by = route;
        return by == null ? null : Integer.valueOf(by.index());
    }

    @Nullable
    String service() {
        Route by = route;
        return by == null ? null : ServiceName.of(by.target());
    }

    /** The edge's id of the request. */
    @Nullable
    String ray() {
        return field("cf-ray");
    }

    /** The id that something before us gave it. */
    @Nullable
    String id() {
        return field("x-request-id");
    }

    /** True, or null if it is a request like others. */
    @Nullable
    Boolean probe() {
        String agent = head.headers().get("user-agent");
        boolean probing = agent != null && agent.startsWith(PROBE);
        return probing ? Boolean.TRUE : null;
    }

    /** Without the query, which may hold anything. */
    @Nullable
    String path() {
        String path = head.path().toString();
        int query = path.indexOf('?');
        return path.isEmpty() ? null : query < 0 ? path : path.substring(0, query);
    }

    private @Nullable String field(String name) {
        String value = head.headers().get(name);
        return value == null || value.length() <= MOST_CHARS ? value : value.substring(0, MOST_CHARS);
    }
}
