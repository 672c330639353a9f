package dev.adit.edgesim.admin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Decides by its head alone whether a request is let in. */
final class Gate {
    /** Longest body; a configuration of 1,000 rules has some 100 KiB. */
    static final int MAX_BODY_BYTES = 1 << 20;

    private static final Pattern HOST = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^:\\[\\]]+)(:[0-9]{1,5})?");
    private static final int UNAUTHORIZED = 10_000;
    private static final int BAD_REQUEST = 1_000;

    private final Routes routes;
    private final ApiToken token;
    private final String cookie;
    private final Set<String> hosts;

    /** With the name of the console's cookie and the names by which the listener may be called. */
    Gate(Routes routes, ApiToken token, String cookie, Set<String> hosts) {
        this.routes = routes;
        this.token = token;
        this.cookie = cookie;
        this.hosts = Set.copyOf(hosts);
    }

    /** Lets {@code head} in; throws {@link Rejection} that says why not. */
    Admission admit(HttpRequest head) {
        HttpHeaders headers = head.headers();
        checkFraming(head);
        String host = checkHost(headers);
        Target target = Target.parse(head.uri());
        String method =
                head.method().name().equals("HEAD") ? "GET" : head.method().name();
        Routes.Match match = routes.match(method, target.segments());
        boolean reads = method.equals("GET");
        if (!reads) {
            checkOrigin(headers, host);
        }
        if (match.access() == Access.TOKEN) {
            checkToken(headers);
        }
        checkBody(head);
        return new Admission(method, target, match, headers);
    }

    private static void checkFraming(HttpRequest head) {
        boolean old = head.protocolVersion().equals(HttpVersion.HTTP_1_0);
        if (!old && !head.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            throw new Rejection(505, BAD_REQUEST, "This listener speaks HTTP/1.1 only.");
        }
        List<String> codings = head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        boolean chunked = codings.size() == 1 && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.get(0));
        if (!codings.isEmpty() && (!chunked || old)) {
            throw new Rejection(400, BAD_REQUEST, "The length of the body is not clear.");
        }
    }

    private String checkHost(HttpHeaders headers) {
        List<String> values = headers.getAll(HttpHeaderNames.HOST);
        Matcher parts = HOST.matcher(values.size() == 1 ? values.get(0) : "");
        if (!parts.matches()) {
            throw new Rejection(400, BAD_REQUEST, "The request needs exactly one Host field with a host name.");
        }
        if (!hosts.contains(parts.group(1).toLowerCase(Locale.ROOT))) {
            // A page elsewhere may have pointed its own name at this address (DNS rebinding).
            throw new Rejection(
                    421, BAD_REQUEST, "This listener does not go by that host name; --api-host NAME would allow it.");
        }
        return values.get(0);
    }

    private static void checkOrigin(HttpHeaders headers, String host) {
        List<String> origins = headers.getAll(HttpHeaderNames.ORIGIN);
        boolean foreign = origins.stream().anyMatch(origin -> !origin.equalsIgnoreCase("http://" + host));
        List<String> sites = headers.getAll("sec-fetch-site");
        boolean fromElsewhere = sites.stream().anyMatch(site -> !site.equals("same-origin") && !site.equals("none"));
        if (foreign || fromElsewhere) {
            throw new Rejection(403, UNAUTHORIZED, "Pages of another origin may not ask for this.");
        }
    }

    private void checkToken(HttpHeaders headers) {
        String authorization = headers.get(HttpHeaderNames.AUTHORIZATION);
        boolean known;
        if (authorization != null) {
            boolean bearer = authorization.regionMatches(true, 0, "Bearer ", 0, 7);
            known = bearer && token.matches(authorization.substring(7).strip());
        } else {
            known = token.matches(cookie(headers));
        }
        if (!known) {
            throw new Rejection(
                    401,
                    UNAUTHORIZED,
                    "Authentication error: this needs the simulator's API token as bearer token,"
                            + " or in a browser the link that the simulator printed when it started.");
        }
    }

    private @Nullable String cookie(HttpHeaders headers) {
        for (String field : headers.getAll(HttpHeaderNames.COOKIE)) {
            for (String pair : field.split(";", -1)) {
                String trimmed = pair.strip();
                if (trimmed.startsWith(cookie + "=")) {
                    return trimmed.substring(cookie.length() + 1);
                }
            }
        }
        return null;
    }

    private static void checkBody(HttpRequest head) {
        String expect = head.headers().get(HttpHeaderNames.EXPECT);
        if (expect != null && !expect.equalsIgnoreCase("100-continue")) {
            throw new Rejection(417, BAD_REQUEST, "The only expectation that can be met is 100-continue.");
        }
        long length = HttpUtil.getContentLength(head, 0L);
        if (length > MAX_BODY_BYTES) {
            throw tooLarge();
        }
        if (length == 0 && !HttpUtil.isTransferEncodingChunked(head)) {
            return;
        }
        String type = head.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
        if (!type.split(";", 2)[0].strip().equalsIgnoreCase("application/json")) {
            throw new Rejection(415, BAD_REQUEST, "A body must have the type application/json.");
        }
    }

    static Rejection tooLarge() {
        return new Rejection(413, BAD_REQUEST, "The body is longer than 1 MiB.");
    }
}
