package dev.adit.proxy.route;

/** Where the host name is in an authority: without port, brackets and one dot at the end. Allocates nothing. */
final class AuthorityHost {
    private AuthorityHost() {}

    static int start(CharSequence authority) {
        return isLiteral(authority) ? 1 : 0;
    }

    static int end(CharSequence authority) {
        int length = authority.length();
        if (isLiteral(authority)) {
            return indexOf(authority, ']', 1);
        }
        int colon = indexOf(authority, ':', 0);
        int end = colon < length && indexOf(authority, ':', colon + 1) < length ? length : colon;
        return end > 0 && authority.charAt(end - 1) == '.' ? end - 1 : end;
    }

    /** An IPv6 address in brackets that is closed, with or without a port. */
    private static boolean isLiteral(CharSequence authority) {
        return authority.length() > 0 && authority.charAt(0) == '[' && indexOf(authority, ']', 1) < authority.length();
    }

    private static int indexOf(CharSequence text, char wanted, int from) {
        int length = text.length();
        for (int i = from; i < length; i++) {
            if (text.charAt(i) == wanted) {
                return i;
            }
        }
        return length;
    }
}
