package dev.adit.proxy.route;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The two readings of a request's path that path rules are tried on.
 *
 * @param decoded the path without query, percent-decoded, otherwise as sent
 * @param normalized the same with single slashes and without dot segments, which is what a careful origin sees
 */
record RequestPath(String decoded, String normalized) {

    /** The readings of a path with query, one char a byte; null if it can't be read. */
    static @Nullable RequestPath of(CharSequence raw) {
        int end = 0;
        boolean encoded = false;
        boolean clean = true;
        for (; end < raw.length() && raw.charAt(end) != '?'; end++) {
            char c = raw.charAt(end);
            encoded |= c == '%' || c > 0x7f;
            clean &= end == 0 || raw.charAt(end - 1) != '/' || (c != '/' && c != '.');
        }
        String path = raw.subSequence(0, end).toString();
        if (path.isEmpty()) {
            return new RequestPath("/", "/");
        }
        if (path.charAt(0) != '/') {
            return path.equals("*") ? new RequestPath(path, path) : null;
        }
        String decoded = encoded ? decode(path) : path;
        if (decoded == null) {
            return null;
        }
        return new RequestPath(decoded, encoded || !clean ? normalize(decoded) : decoded);
    }

    private static @Nullable String decode(String path) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(path.length());
        for (int i = 0; i < path.length(); i++) {
            int c = path.charAt(i);
            if (c == '%') {
                c = i + 2 < path.length() ? hex(path.charAt(i + 1)) << 4 | hex(path.charAt(i + 2)) : -1;
                i += 2;
            }
            if (c < 0 || c > 0xff) {
                return null;
            }
            bytes.write(c);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** The value of one hex digit; negative, also after a shift and an or, if it is none. */
    private static int hex(char c) {
        return c <= 0x7f ? Character.digit(c, 16) : -1;
    }

    static String normalize(String path) {
        StringBuilder normalized = new StringBuilder(path.length());
        int length = path.length();
        int start = 1;
        boolean directory = false;
        while (start <= length) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? length : slash;
            String segment = path.substring(start, end);
            switch (withoutParameters(segment)) {
                case "." -> directory = true;
                case ".." -> {
                    normalized.setLength(Math.max(0, normalized.lastIndexOf("/")));
                    directory = true;
                }
                default -> {
                    directory = segment.isEmpty();
                    if (!directory) {
                        normalized.append('/').append(segment);
                    }
                }
            }
            start = end + 1;
        }
        if (directory || normalized.length() == 0) {
            normalized.append('/');
        }
        return normalized.toString();
    }

    /** Servlet containers take {@code ..;x} for a dot segment: they cut the parameters off first. */
    private static String withoutParameters(String segment) {
        int semicolon = segment.startsWith(".") ? segment.indexOf(';') : -1;
        return semicolon < 0 ? segment : segment.substring(0, semicolon);
    }
}
