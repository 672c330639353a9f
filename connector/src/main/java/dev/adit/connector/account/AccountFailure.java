package dev.adit.connector.account;

/** A web service could not do what was asked of it; the message says which one and why, without any secret. */
public final class AccountFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** More than anybody reads of what a service says. */
    private static final int MOST_CHARS = 400;

    AccountFailure(String message) {
        super(printable(message), null, false, false);
    }

    /** What a service says must not start a new line or color the terminal. */
    private static String printable(String text) {
        String cut = text.length() > MOST_CHARS ? text.substring(0, MOST_CHARS) + "..." : text;
        return cut.replaceAll("[\\p{Cntrl}\\u2028\\u2029]", " ");
    }
}
