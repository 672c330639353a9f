package dev.adit.connector.wire;

import java.time.Duration;
import java.util.UUID;

/** What the edge said to a registration. */
public sealed interface RegistrationOutcome {
    /**
     * The connection gets traffic.
     *
     * @param connectionId the edge's name of the connection
     * @param location the airport code of the edge's data center, or empty
     * @param remotelyManaged whether the edge will send the configuration
     */
    record Registered(UUID connectionId, String location, boolean remotelyManaged) implements RegistrationOutcome {}

    /**
     * The connection gets no traffic.
     *
     * @param cause the edge's words, or ours if its answer made no sense
     * @param shouldRetry whether another try may go better
     * @param retryAfter how long to wait before it; never negative
     */
    record Refused(String cause, boolean shouldRetry, Duration retryAfter) implements RegistrationOutcome {
        public Refused {
            if (retryAfter.isNegative()) {
                throw new IllegalArgumentException("retryAfter must not be negative, was " + retryAfter);
            }
        }
    }
}
