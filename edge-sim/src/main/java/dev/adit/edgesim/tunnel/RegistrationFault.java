package dev.adit.edgesim.tunnel;

import java.time.Duration;

/** What the simulator does wrong, on purpose, with a registration. */
public sealed interface RegistrationFault {
    /** Refuses it, with these words. */
    record Refuse(String cause, boolean shouldRetry, Duration retryAfter) implements RegistrationFault {}

    /** Never answers it. */
    record Hang() implements RegistrationFault {}

    /** Closes the connection instead of answering. */
    record Close() implements RegistrationFault {}
}
