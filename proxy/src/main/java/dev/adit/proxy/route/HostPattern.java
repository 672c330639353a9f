package dev.adit.proxy.route;

import org.jspecify.annotations.Nullable;

/**
 * Which hosts a rule is for: one name, or with {@code *.} all names of any depth below one. Upper and lower case are the
 * same in the rule and in the request; a rule in another script matches the {@code xn--} form that browsers send.
 */
public final class HostPattern {
    private final String written;
    /** The name itself, or for a wildcard the suffix with its dot; lower case. */
    private final String name;

    private final boolean wildcard;

    private HostPattern(String written, String name, boolean wildcard) {
        this.written = written;
        this.name = name;
        this.wildcard = wildcard;
    }

    /**
     * The pattern for the {@code hostname} of a rule, null if that is empty or {@code *}: every host.
     *
     * @throws IllegalArgumentException if it is neither a name nor {@code *.} and a name
     */
    public static @Nullable HostPattern of(String hostname) {
        if (hostname.isEmpty() || hostname.equals("*")) {
            return null;
        }
        if (hostname.indexOf(':') >= 0) {
            throw new IllegalArgumentException("Hostname cannot contain a port or a scheme, was \"" + hostname + '"');
        }
        boolean wildcard = hostname.startsWith("*.");
        String name = wildcard ? hostname.substring(2) : hostname;
        if (name.indexOf('*') >= 0) {
            throw new IllegalArgumentException("Hostname patterns can have at most one wildcard character, as the whole"
                    + " first label like in \"*.example.com\", was \"" + hostname + '"');
        }
        String ascii = HostName.ascii(name);
        return new HostPattern(hostname, wildcard ? '.' + ascii : ascii, wildcard);
    }

    /** Whether the pattern is for the host of {@code authority}, which may have a port. */
    public boolean matches(CharSequence authority) {
        return matches(authority, AuthorityHost.start(authority), AuthorityHost.end(authority));
    }

    boolean matches(CharSequence text, int start, int end) {
        int offset = end - name.length();
        if (wildcard ? offset <= start : offset != start) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (lowerCase(text.charAt(offset + i)) != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static char lowerCase(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HostPattern that && wildcard == that.wildcard && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** The pattern as it was written. */
    @Override
    public String toString() {
        return written;
    }
}
