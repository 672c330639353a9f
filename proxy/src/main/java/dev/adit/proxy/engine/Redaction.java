package dev.adit.proxy.engine;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Requests without what proves who someone is. */
final class Redaction {
    static final String MASK = "***";

    private static final int MOST_CHARS = 256;

    /** Fields with such a piece in their name are credentials. */
    private static final List<String> SECRET_FIELDS = List.of(
            "authorization",
            "cookie",
            "token",
            "secret",
            "password",
            "jwt",
            "credential",
            "api-key",
            "apikey",
            "session",
            "signature");

    /** So are these parameters of a query. */
    private static final List<String> SECRET_PARAMETERS = List.of(
            "token",
            "secret",
            "pass",
            "pwd",
            "key",
            "auth",
            "jwt",
            "sig",
            "session",
            "sid",
            "code",
            "credential",
            "cookie",
            "assertion",
            "otp");

    private Redaction() {}

    /** All fields as one text, such as {@code {accept: text, cookie: ***}}. */
    static String headers(HttpHeaders headers) {
        StringBuilder text = new StringBuilder("{");
        for (Map.Entry<String, String> field : headers) {
            String name = field.getKey().toLowerCase(Locale.ROOT);
            text.append(text.length() == 1 ? "" : ", ").append(name).append(": ");
            text.append(isSecret(name) ? MASK : bounded(queries(field.getValue())));
        }
        return text.append('}').toString();
    }

    /** {@code target}, a path with its query or a URL, with {@link #MASK} for the values of telling parameters. */
    static String queries(CharSequence target) {
        String text = target.toString();
        int from = text.indexOf('?');
        if (from < 0) {
            return text;
        }
        StringBuilder safe = new StringBuilder(text.length()).append(text, 0, from);
        while (from < text.length()) {
            int next = next(text, from + 1);
            int equals = text.indexOf('=', from);
            if (equals > from && equals < next && isTelling(text.substring(from + 1, equals))) {
                safe.append(text, from, equals + 1).append(MASK);
            } else {
                safe.append(text, from, next);
            }
            from = next;
        }
        return safe.toString();
    }

    private static boolean isSecret(String name) {
        return name.startsWith("cf-access-") || SECRET_FIELDS.stream().anyMatch(name::contains);
    }

    /** A name that was encoded hides something. */
    private static boolean isTelling(String parameter) {
        String name = parameter.toLowerCase(Locale.ROOT);
        return name.indexOf('%') >= 0 || SECRET_PARAMETERS.stream().anyMatch(name::contains);
    }

    private static int next(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '&' || c == ';' || c == '#' || c == '?') {
                return i;
            }
        }
        return text.length();
    }

    private static String bounded(String text) {
        return text.length() <= MOST_CHARS ? text : text.substring(0, MOST_CHARS) + "...";
    }
}
