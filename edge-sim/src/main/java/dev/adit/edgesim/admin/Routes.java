package dev.adit.edgesim.admin;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which handler answers which method and path. Filled at start, then read on the event loop. */
public final class Routes {
    private final List<Route> routes = new ArrayList<>();

    /**
     * Adds a route; gives this.
     *
     * @param how method and pattern, such as {@code GET /things/{id}}; a part in braces stands for one segment
     */
    public Routes add(Access access, String how, AdminHandler handler) {
        String[] parts = how.split(" ", 2);
        List<String> pattern = List.of(parts[1].substring(1).split("/", -1));
        for (Route other : routes) {
            if (other.method.equals(parts[0]) && other.pattern.equals(pattern)) {
                throw new IllegalArgumentException("two routes for " + how);
            }
        }
        routes.add(new Route(access, parts[0], pattern, handler));
        return this;
    }

    /** All routes, each as it was added: method and pattern. */
    public List<String> list() {
        return routes.stream()
                .map(route -> route.method + " /" + String.join("/", route.pattern))
                .toList();
    }

    /** The route for a request; one that answers 404 or 405 if there is none. */
    Match match(String method, List<String> segments) {
        Set<String> allowed = new TreeSet<>();
        Match best = null;
        for (Route route : routes) {
            Map<String, String> parameters = route.parameters(segments);
            if (parameters == null) {
                continue;
            }
            allowed.add(route.method);
            // The fewer segments are free, the closer the match.
            if (route.method.equals(method)
                    && (best == null || parameters.size() < best.parameters().size())) {
                best = new Match(route.access, route.handler, parameters, allowed);
            }
        }
        if (best != null) {
            return best;
        }
        if (allowed.contains("GET")) {
            allowed.add("HEAD");
        }
        return new Match(Access.OPEN, request -> notFound(allowed), Map.of(), allowed);
    }

    private static AdminAnswer notFound(Set<String> allowed) {
        return allowed.isEmpty()
                ? Envelope.error(404, 7003, "There is nothing at this path.")
                : Envelope.error(405, 10_405, "This path does not allow the method.")
                        .with("allow", String.join(", ", allowed));
    }

    /**
     * A route that fits a request.
     *
     * @param access who may use it
     * @param handler answers
     * @param parameters what the free segments of the pattern are
     * @param allowed the methods that the path has
     */
    record Match(Access access, AdminHandler handler, Map<String, String> parameters, Set<String> allowed) {}

    /** One method and pattern. */
    private record Route(Access access, String method, List<String> pattern, AdminHandler handler) {
        @Nullable
        Map<String, String> parameters(List<String> segments) {
            if (segments.size() != pattern.size()) {
                return null;
            }
            Map<String, String> parameters = new HashMap<>();
            for (int i = 0; i < segments.size(); i++) {
                String part = pattern.get(i);
                if (part.startsWith("{")) {
                    parameters.put(part.substring(1, part.length() - 1), segments.get(i));
                } else if (!part.equals(segments.get(i))) {
                    return null;
                }
            }
            return parameters;
        }
    }
}
