package dev.adit.edgesim.tunnel;

import dev.adit.connector.wire.RegistrationOutcome;
import dev.adit.connector.wire.RegistrationRequest;
import org.jspecify.annotations.Nullable;

/** Decides what a connector asks for over its control stream. */
interface Registrar {
    /** Answers a registration; null means that it is never answered. */
    @Nullable
    RegistrationOutcome register(RegistrationRequest request);

    /** The connector told its configuration. */
    void localConfiguration(String json);

    /** The connector wants no new streams. */
    void unregister();

    /** The control stream is over. */
    void controlEnded(String why);
}
