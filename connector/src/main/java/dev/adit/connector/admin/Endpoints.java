package dev.adit.connector.admin;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which endpoint answers which method and path. Filled before the server opens, then only read. */
public final class Endpoints {
    /** Stands for all methods. */
    public static final String ANY = "*";

    private static final String GET = "GET";

    private final Map<String, Map<String, Endpoint>> byPath = new TreeMap<>();

    /** Lets {@code endpoint} answer GET and HEAD requests for {@code path}; gives this. */
    public Endpoints get(String path, Endpoint endpoint) {
        return add(GET, path, endpoint);
    }

    /** Lets {@code endpoint} answer {@code method} requests, or with {@link #ANY} all, for {@code path}; gives this. */
    public Endpoints add(String method, String path, Endpoint endpoint) {
        if (byPath.computeIfAbsent(path, key -> new TreeMap<>()).putIfAbsent(method, endpoint) != null) {
            throw new IllegalArgumentException("two endpoints for " + method + " " + path);
        }
        return this;
    }

    /** Lets everything that {@code others} have be answered here too; gives this. */
    public Endpoints addAll(Endpoints others) {
        others.byPath.forEach((path, methods) -> methods.forEach((method, endpoint) -> add(method, path, endpoint)));
        return this;
    }

    /** What answers; one that says 404 or 405 if nothing does. */
    Endpoint find(String method, String path) {
        Map<String, Endpoint> methods = byPath.get(path);
        if (methods == null) {
            return Endpoint.now(request -> AdminAnswer.text(404, "there is nothing at this path\n"));
        }
        Endpoint found = methods.getOrDefault(method, methods.get(ANY));
        if (found != null) {
            return found;
        }
        return Endpoint.now(request -> AdminAnswer.text(405, "this path takes " + allowed(methods) + " only\n"));
    }

    /** The methods that {@code path} takes, as the field Allow says it; empty if it takes none or all. */
    String allowed(String path) {
        Map<String, Endpoint> methods = byPath.getOrDefault(path, Map.of());
        return methods.containsKey(ANY) ? "" : allowed(methods);
    }

    private static String allowed(Map<String, Endpoint> methods) {
        Set<String> allowed = new TreeSet<>(methods.keySet());
        if (allowed.contains(GET)) {
            allowed.add("HEAD");
        }
        return String.join(", ", allowed);
    }
}
