package dev.adit.edgesim;

import java.io.IOException;

/** Says that the simulator can't listen where it should. */
public final class PortInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String listener;

    PortInUseException(String listener, String address, Throwable cause) {
        super("can't listen on " + address + " (" + listener + " port): " + cause.getMessage(), cause);
        this.listener = listener;
    }

    /** Which of the ports it is about: {@code tunnel}, {@code https}, {@code http} or {@code api}. */
    public String listener() {
        return listener;
    }
}
