package dev.adit.connector.app;

/** Something that the user gave can't be used; the message says what, where and what is wrong with it. */
public final class BadInput extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean call;

    BadInput(String message) {
        this(message, false);
    }

    private BadInput(String message, boolean call) {
        super(message, null, false, false);
        this.call = call;
    }

    /** As if an argument were wrong: ends the program as wrong usage does. */
    static BadInput ofCall(String message) {
        return new BadInput(message, true);
    }

    /** Whether the program was called the wrong way. */
    boolean isOfCall() {
        return call;
    }
}
