package dev.adit.edgesim.eyeball;

import dev.adit.edgesim.h2.StreamRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Turns public requests into what a connector gets: hop-by-hop fields off, the edge's own fields on.
 *
 * @param scheme {@code http} or {@code https}, as the eyeball used it
 * @param clientAddress the eyeball's IP address
 * @param country where the eyeball is, ISO 3166-1; {@code XX} is the real edge's word for an unknown place
 */
record RequestTranslator(String scheme, String clientAddress, String country) {
    private static final String CONTROL_PREFIX = "cf-cloudflared-";
    // What Netty's HTTP/2 adapter adds to requests.
    private static final String ADAPTER_PREFIX = "x-http2-";
    private static final Set<String> DROPPED = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "transfer-encoding",
            "upgrade",
            "http2-settings",
            "te",
            "host",
            // Set by the edge: nobody else may say who the eyeball is.
            "cf-connecting-ip",
            "cf-ipcountry",
            "cf-ray",
            "cf-visitor",
            "cdn-loop",
            "x-forwarded-for",
            "x-forwarded-proto");

    /** The request for the tunnel. */
    StreamRequest translate(HttpRequest request, RequestTarget.Found target, Marks marks) {
        Http2Headers out = new DefaultHttp2Headers(false)
                .method(request.method().asciiName())
                .scheme(scheme)
                .authority(target.authority())
                .path(target.path());
        HttpHeaders in = request.headers();
        if (marks.webSocket()) {
            out.add(CONTROL_PREFIX + "proxy-connection-upgrade", "websocket");
        }
        Set<String> nominated = nominated(in.getAll(HttpHeaderNames.CONNECTION));
        for (Map.Entry<String, String> field : in) {
            String name = field.getKey().toLowerCase(Locale.ROOT);
            if (!DROPPED.contains(name)
                    && !nominated.contains(name)
                    && !name.startsWith(CONTROL_PREFIX)
                    && !name.startsWith(ADAPTER_PREFIX)) {
                out.add(name, field.getValue());
            }
        }
        if (in.containsValue(HttpHeaderNames.TE, "trailers", true)) {
            out.add("te", "trailers");
        }
        out.add("cf-ray", marks.ray());
        out.add("cf-connecting-ip", clientAddress);
        out.add("cf-ipcountry", country);
        out.add("cf-visitor", "{\"scheme\":\"" + scheme + "\"}");
        out.add("cdn-loop", appended(in.getAll("cdn-loop"), "cloudflare; loops=1"));
        out.add("x-forwarded-for", appended(in.getAll("x-forwarded-for"), clientAddress));
        out.add("x-forwarded-proto", scheme);
        return new StreamRequest(out, marks.last());
    }

    private static Set<String> nominated(List<String> connectionValues) {
        Set<String> names = new HashSet<>();
        for (String value : connectionValues) {
            for (String name : value.split(",", -1)) {
                names.add(name.trim().toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }

    private static String appended(List<String> earlier, String own) {
        return earlier.isEmpty() ? own : String.join(", ", earlier) + ", " + own;
    }

    /**
     * What the edge decided about one request.
     *
     * @param ray id of the request
     * @param webSocket whether it becomes a byte stream
     * @param last whether it has no body
     */
    record Marks(String ray, boolean webSocket, boolean last) {}
}
