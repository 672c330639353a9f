package dev.adit.edgesim.admin;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A request target, taken apart. Anything that two readers could understand in different ways is refused.
 *
 * @param segments parts of the path between slashes, decoded
 * @param query parameters, decoded; of several with one name the last counts
 */
record Target(List<String> segments, Map<String, String> query) {
    private static final int MAX_SEGMENTS = 32;
    private static final int MAX_PARAMETERS = 64;

    Target {
        segments = List.copyOf(segments);
        query = Map.copyOf(query);
    }

    /** Takes {@code text} apart; throws {@link Rejection} if that can't be done. */
    static Target parse(String text) {
        if (!text.startsWith("/") || text.indexOf('#') >= 0) {
            throw bad("must begin with a slash and have no fragment");
        }
        int mark = text.indexOf('?');
        String path = mark < 0 ? text : text.substring(0, mark);
        return new Target(segments(path), mark < 0 ? Map.of() : query(text.substring(mark + 1)));
    }

    private static List<String> segments(String path) {
        String[] parts = path.substring(1).split("/", -1);
        if (parts.length > MAX_SEGMENTS) {
            throw bad("has more than " + MAX_SEGMENTS + " segments");
        }
        List<String> segments = new ArrayList<>();
        for (String part : parts) {
            String segment = decode(part);
            if (segment.equals(".") || segment.equals("..") || segment.matches("(?s).*[/\\\\\\p{Cntrl}].*")) {
                throw bad("has a segment that is no name");
            }
            segments.add(segment);
        }
        return segments;
    }

    private static Map<String, String> query(String text) {
        Map<String, String> query = new LinkedHashMap<>();
        String[] pairs = text.split("&", -1);
        if (pairs.length > MAX_PARAMETERS) {
            throw bad("has more than " + MAX_PARAMETERS + " parameters");
        }
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            if (!name.isEmpty()) {
                query.put(decode(name.replace('+', ' ')), decode(value.replace('+', ' ')));
            }
        }
        return query;
    }

    private static String decode(String text) {
        byte[] raw = text.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer bytes = ByteBuffer.allocate(raw.length);
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] == '%') {
                int high = i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
                int low = i + 2 < raw.length ? Character.digit(raw[i + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    throw bad("has a percent sign without two hexadecimal digits");
                }
                bytes.put((byte) (high << 4 | low));
                i += 2;
            } else {
                bytes.put(raw[i]);
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw bad("is not UTF-8");
        }
    }

    private static Rejection bad(String what) {
        return new Rejection(400, 1000, "The request target " + what + ".");
    }
}
