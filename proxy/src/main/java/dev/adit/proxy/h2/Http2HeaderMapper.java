package dev.adit.proxy.h2;

import dev.adit.proxy.http.ExchangeKind;
import dev.adit.proxy.http.RequestHead;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Headers.PseudoHeaderName;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** HTTP/2 header lists to and from HTTP/1 fields. */
public final class Http2HeaderMapper {
    private static final AsciiString PACKED_RESPONSE_HEADERS = AsciiString.cached("cf-cloudflared-response-headers");
    private static final AsciiString CONNECT = AsciiString.cached("CONNECT");
    private static final AsciiString SCHEME_HTTP = AsciiString.cached("http");
    private static final AsciiString SCHEME_HTTPS = AsciiString.cached("https");

    private Http2HeaderMapper() {}

    /**
     * Fields that HPACK must not put into its table: secrets, which a table could leak by its hits, and the packed
     * response fields, which are different each time and would only push useful entries out.
     */
    public static boolean isSensitive(CharSequence name, CharSequence value) {
        return switch (name.length()) {
            case 6 -> HttpHeaderNames.COOKIE.contentEquals(name);
            case 10 -> HttpHeaderNames.SET_COOKIE.contentEquals(name);
            case 13 -> HttpHeaderNames.AUTHORIZATION.contentEquals(name);
            case 31 -> PACKED_RESPONSE_HEADERS.contentEquals(name);
            default -> false;
        };
    }

    /** The request in {@code headers}, or null if RFC 9113 §8.3.1 calls it malformed or it asks for a tunnel. */
    static @Nullable RequestHead request(Http2Headers headers, boolean endOfStream) {
        CharSequence method = headers.method();
        CharSequence path = headers.path();
        if (method == null || path == null || !isHttp(headers.scheme()) || !isOrigin(path)) {
            return null;
        }
        if (CONNECT.contentEquals(method) || headers.contains(PseudoHeaderName.PROTOCOL.value())) {
            return null;
        }
        HttpHeaders fields =
                DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
        Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iterator();
        while (all.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = all.next();
            CharSequence name = field.getKey();
            if (name.charAt(0) != ':') {
                fields.add(name, field.getValue());
            }
        }
        CharSequence authority = headers.authority();
        if (authority == null) {
            List<String> hosts = fields.getAll(HttpHeaderNames.HOST);
            if (hosts.size() > 1) {
                return null;
            }
            authority = hosts.isEmpty() ? null : hosts.get(0);
        }
        fields.remove(HttpHeaderNames.HOST);
        if (authority == null) {
            authority = AsciiString.EMPTY_STRING;
        }
        if (AsciiString.indexOf(authority, '@', 0) >= 0) {
            return null;
        }
        joinCookies(fields);
        return new RequestHead(
                ExchangeKind.HTTP, method.toString(), authority, path, fields, contentLength(fields), !endOfStream);
    }

    /** The response head as an HTTP/2 header list. */
    static Http2Headers response(int status, HttpHeaders headers) {
        Http2Headers list = new DefaultHttp2Headers(false, headers.size() + 1);
        list.status(Integer.toString(status));
        Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence();
        while (all.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = all.next();
            AsciiString name = AsciiString.of(field.getKey()).toLowerCase();
            if (!isConnectionField(name)) {
                list.add(name, field.getValue());
            }
        }
        for (String nominated : headers.getAll(HttpHeaderNames.CONNECTION)) {
            for (String name : nominated.split(",", -1)) {
                list.remove(name.trim().toLowerCase(Locale.ROOT));
            }
        }
        return list;
    }

    /** Trailers as an HTTP/2 header list. */
    public static Http2Headers trailers(HttpHeaders trailers) {
        Http2Headers list = new DefaultHttp2Headers(false, trailers.size());
        trailers.iteratorCharSequence()
                .forEachRemaining(
                        field -> list.add(AsciiString.of(field.getKey()).toLowerCase(), field.getValue()));
        return list;
    }

    /** Trailers as HTTP/1 fields, or null if there are pseudo-headers among them. */
    public static @Nullable HttpHeaders trailers(Http2Headers trailers) {
        HttpHeaders fields = DefaultHttpHeadersFactory.trailersFactory()
                .withValidation(false)
                .newHeaders();
        for (Map.Entry<CharSequence, CharSequence> field : trailers) {
            if (field.getKey().charAt(0) == ':') {
                return null;
            }
            fields.add(field.getKey(), field.getValue());
        }
        return fields;
    }

    private static boolean isHttp(@Nullable CharSequence scheme) {
        return scheme != null && (SCHEME_HTTPS.contentEquals(scheme) || SCHEME_HTTP.contentEquals(scheme));
    }

    /** Origin form or asterisk form. */
    private static boolean isOrigin(CharSequence path) {
        return path.length() > 0 && (path.charAt(0) == '/' || (path.length() == 1 && path.charAt(0) == '*'));
    }

    /** HTTP/2 may send each cookie as a field of its own; HTTP/1 has one field (RFC 9113 §8.2.3). */
    private static void joinCookies(HttpHeaders fields) {
        if (fields.contains(HttpHeaderNames.COOKIE)) {
            List<String> cookies = fields.getAll(HttpHeaderNames.COOKIE);
            if (cookies.size() > 1) {
                fields.set(HttpHeaderNames.COOKIE, String.join("; ", cookies));
            }
        }
    }

    /** Netty has checked that it is one number and holds the body to it. */
    private static long contentLength(HttpHeaders fields) {
        String value = fields.get(HttpHeaderNames.CONTENT_LENGTH);
        return value == null ? -1 : Long.parseLong(value);
    }

    private static boolean isConnectionField(AsciiString name) {
        return switch (name.length()) {
            case 7 -> name.contentEquals("upgrade");
            case 10 -> name.contentEquals("connection") || name.contentEquals("keep-alive");
            case 16 -> name.contentEquals("proxy-connection");
            case 17 -> name.contentEquals("transfer-encoding");
            default -> false;
        };
    }
}
