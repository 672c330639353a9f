package dev.adit.edgesim.eyeball;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an eyeball would rather read: JSON or HTML (RFC 9110 §12.5.1). */
final class Accept {
    private static final int EXACT = 3;
    private static final int SUBTYPES = 2;
    private static final int ANYTHING = 1;

    private Accept() {}

    /** Whether {@code accept} prefers JSON; of two that are as welcome the one named first wins, and HTML if none is. */
    static boolean prefersJson(@Nullable String accept) {
        if (accept == null) {
            return false;
        }
        Wish json = Wish.NONE;
        Wish html = Wish.NONE;
        int place = 0;
        for (String range : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            String type = range.split(";", 2)[0].trim();
            double quality = quality(range);
            place++;
            json = json.or(new Wish(fitsJson(type), quality, place));
            html = html.or(new Wish(fitsHtml(type), quality, place));
        }
        if (json.quality() == 0) {
            return false;
        }
        if (json.quality() != html.quality()) {
            return json.quality() > html.quality();
        }
        if (json.fit() != html.fit()) {
            return json.fit() > html.fit();
        }
        return json.fit() == EXACT && json.place() < html.place();
    }

    private static int fitsJson(String type) {
        if (type.equals("application/json") || type.endsWith("+json")) {
            return EXACT;
        }
        return fits(type, "application/*");
    }

    private static int fitsHtml(String type) {
        if (type.equals("text/html") || type.equals("application/xhtml+xml")) {
            return EXACT;
        }
        return fits(type, "text/*");
    }

    private static int fits(String type, String subtypes) {
        if (type.equals(subtypes)) {
            return SUBTYPES;
        }
        return type.equals("*/*") ? ANYTHING : 0;
    }

    private static double quality(String range) {
        for (String parameter : range.split(";", -1)) {
            String trimmed = parameter.trim();
            if (trimmed.startsWith("q=")) {
                return trimmed.matches("q=(0(\\.[0-9]{0,3})?|1(\\.0{0,3})?)")
                        ? Double.parseDouble(trimmed.substring(2))
                        : 0;
            }
        }
        return 1;
    }

    /** How much one type is wanted: by the range that fits it best. */
    private record Wish(int fit, double quality, int place) {
        static final Wish NONE = new Wish(0, 0, Integer.MAX_VALUE);

        Wish or(Wish other) {
            boolean better = other.fit > fit || (other.fit == fit && other.quality > quality);
            return other.fit > 0 && better ? other : this;
        }
    }
}
