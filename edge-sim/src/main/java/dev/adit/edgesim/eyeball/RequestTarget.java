package dev.adit.edgesim.eyeball;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Where a public request wants to go. */
sealed interface RequestTarget {

    /**
     * A usable target.
     *
     * @param host host name for the routing: lower case, without port
     * @param authority host and port as the eyeball sent them
     * @param path path and query, byte for byte
     */
    record Found(String host, String authority, String path) implements RequestTarget {}

    /** A target that no connector may see. */
    record Refused(Problem problem) implements RequestTarget {}

    /** A reg-name or a bracketed IPv6 address, and maybe a port; above all no {@code @}, which is user information. */
    Pattern AUTHORITY = Pattern.compile("([A-Za-z0-9._~!$&'()*+,;=%-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{0,5})?");

    /** The target of {@code request}, which may be in origin form, absolute form or {@code *}. */
    static RequestTarget of(HttpRequest request) {
        if (request.method().equals(HttpMethod.CONNECT)) {
            return new Refused(Problem.METHOD);
        }
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        boolean optional = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        if (hosts.size() > 1 || (hosts.isEmpty() && !optional)) {
            return new Refused(Problem.BAD_HOST);
        }
        String authority = hosts.isEmpty() ? "" : hosts.get(0).trim();
        String uri = request.uri();
        if (uri.startsWith("/") || (uri.equals("*") && request.method().equals(HttpMethod.OPTIONS))) {
            return found(authority, uri);
        }
        String lower = uri.toLowerCase(Locale.ROOT);
        int scheme = lower.startsWith("http://") ? 7 : lower.startsWith("https://") ? 8 : 0;
        if (scheme == 0) {
            return new Refused(Problem.BAD_TARGET);
        }
        // Absolute form: its authority wins over the Host field (RFC 9112 §3.2.2).
        int end = scheme;
        while (end < uri.length() && "/?#".indexOf(uri.charAt(end)) < 0) {
            end++;
        }
        String rest = uri.substring(end);
        return found(uri.substring(scheme, end), rest.startsWith("/") ? rest : "/" + rest);
    }

    private static RequestTarget found(String authority, String path) {
        if (!AUTHORITY.matcher(authority).matches()) {
            return new Refused(Problem.BAD_HOST);
        }
        int bracket = authority.indexOf(']');
        int colon = authority.indexOf(':', Math.max(bracket, 0));
        String host = colon < 0 ? authority : authority.substring(0, colon);
        return new Found(host.toLowerCase(Locale.ROOT), authority, path);
    }
}
