package dev.adit.connector.app;

/** Something that the user gave can't be used; the message says what, where and what is wrong with it. */
public final class BadInput extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadInput(String message) {
        super(message, null, false, false);
    }
}
