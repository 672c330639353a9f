package dev.adit.proxy.route;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules in their order: the first that matches wins, and the last one matches everything. Immutable.
 *
 * <p>Hosts are compared in place, so a request that meets no path rule of its host costs no allocation and nobody looks
 * at its path. From the first path rule on, the rules are tried twice: on the decoded path as it was sent, and on the
 * normalized one. If the two choose different rules, the origin could see another path than the rule did, so there is
 * no match at all. What goes to the origin is always the path as it was sent.
 */
public final class RouteTable {
    private final Route[] routes;

    private RouteTable(Route[] routes) {
        this.routes = routes;
    }

    /**
     * A table of {@code routes}.
     *
     * @throws IllegalArgumentException unless the indexes count from 0 and the last route, and no other, matches all
     */
    public static RouteTable of(List<Route> routes) {
        for (int i = 0; i < routes.size(); i++) {
            Route route = routes.get(i);
            if (route.index() != i) {
                throw new IllegalArgumentException("route " + i + " has index " + route.index());
            }
            if (route.matchesAll() != (i == routes.size() - 1)) {
                throw new IllegalArgumentException("the last route, and no other, must match all; see route " + i);
            }
        }
        if (routes.isEmpty()) {
            throw new IllegalArgumentException("a table without routes");
        }
        return new RouteTable(routes.toArray(Route[]::new));
    }

    /** The table that answers everything with 503: what serves before there are rules. */
    public static RouteTable unavailable() {
        return of(List.of(new Route(0, null, null, new Target.FixedStatus(503), OriginOptions.DEFAULT)));
    }

    /** The rules in their order. */
    public List<Route> routes() {
        return List.of(routes);
    }

    /**
     * The rule for a request, or null if its path is ambiguous or broken: answer 400.
     *
     * @param authority host and optional port
     * @param rawPathAndQuery as it was sent, one char a byte
     */
    public @Nullable Route match(CharSequence authority, CharSequence rawPathAndQuery) {
        int start = AuthorityHost.start(authority);
        int end = AuthorityHost.end(authority);
        for (Route route : routes) {
            if (isFor(route, authority, start, end)) {
                return route.path() == null ? route : matchPath(route.index(), authority, rawPathAndQuery);
            }
        }
        throw new IllegalStateException("the last route matches all");
    }

    private @Nullable Route matchPath(int from, CharSequence authority, CharSequence rawPathAndQuery) {
        RequestPath path = RequestPath.of(rawPathAndQuery);
        if (path == null) {
            return null;
        }
        int chosen = first(from, authority, path.decoded());
        boolean certain =
                path.normalized().equals(path.decoded()) || chosen == first(from, authority, path.normalized());
        return certain ? routes[chosen] : null;
    }

    private int first(int from, CharSequence authority, String path) {
        int start = AuthorityHost.start(authority);
        int end = AuthorityHost.end(authority);
        for (int i = from; i < routes.length; i++) {
            Route route = routes[i];
            if (isFor(route, authority, start, end)
                    && (route.path() == null || route.path().matcher(path).find())) {
                return i;
            }
        }
        throw new IllegalStateException("the last route matches all");
    }

    private static boolean isFor(Route route, CharSequence authority, int start, int end) {
        HostPattern host = route.host();
        return host == null || host.matches(authority, start, end);
    }
}
