package dev.adit.connector.wire;

import java.io.Serial;

/** Says that a peer sent something that is not a well-formed message; has no stack trace, for it is no bug of ours. */
public final class CapnpException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    CapnpException(String message) {
        super(message, null, false, false);
    }
}
