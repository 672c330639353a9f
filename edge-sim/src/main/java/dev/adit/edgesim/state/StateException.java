package dev.adit.edgesim.state;

import org.jspecify.annotations.Nullable;

/** Says that the simulator can't start from what it finds on disk; the text tells people what to do. */
public final class StateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StateException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
