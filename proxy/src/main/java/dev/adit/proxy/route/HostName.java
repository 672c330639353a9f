package dev.adit.proxy.route;

import java.net.IDN;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Host names as they are written and as they travel. */
public final class HostName {
    /** IDNA 2003, which the JDK has, encodes these otherwise than browsers do. */
    private static final String AMBIGUOUS = "ßςẞ\u200c\u200d";

    private static final int MOST_CHARS = 253;
    private static final int MOST_LABEL_CHARS = 63;

    private HostName() {}

    /**
     * The lower-case ASCII form of {@code name}; other scripts become their {@code xn--} form. One dot at the end is
     * cut off.
     *
     * @throws IllegalArgumentException if it is no host name
     */
    public static String ascii(String name) {
        if (name.chars().anyMatch(c -> AMBIGUOUS.indexOf(c) >= 0)) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" has a letter with two encodings, write the name in its xn-- form");
        }
        String ascii;
        try {
            ascii = IDN.toASCII(name, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + name + "\" is not a host name", e);
        }
        if (ascii.endsWith(".")) {
            ascii = ascii.substring(0, ascii.length() - 1);
        }
        if (!isHostName(ascii)) {
            throw new IllegalArgumentException("\"" + name + "\" is not a host name");
        }
        return ascii;
    }

    /** The host in an authority such as a request's, as {@link #ascii} has it; null if there is none. */
    public static @Nullable String ofAuthority(CharSequence authority) {
        String host = authority
                .subSequence(AuthorityHost.start(authority), AuthorityHost.end(authority))
                .toString();
        try {
            return host.isEmpty() || host.indexOf(':') >= 0 ? null : ascii(host);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static boolean isHostName(String ascii) {
        if (ascii.isEmpty() || ascii.length() > MOST_CHARS) {
            return false;
        }
        for (String label : ascii.split("\\.", -1)) {
            if (label.isEmpty()
                    || label.length() > MOST_LABEL_CHARS
                    || !label.chars().allMatch(HostName::isAllowed)) {
                return false;
            }
        }
        return true;
    }

    /** Names with an underscore exist, RFC 1123 or not. */
    private static boolean isAllowed(int c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }
}
