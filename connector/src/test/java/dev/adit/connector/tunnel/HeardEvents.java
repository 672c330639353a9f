package dev.adit.connector.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.wire.RegistrationOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** What the connection of a control stream would hear. */
final class HeardEvents implements ControlStream.Listener {
    private final List<String> events = new ArrayList<>();

    List<String> events() {
        return events;
    }

    @Override
    public void registered(RegistrationOutcome.Registered registered) {
        assertThat(registered.connectionId()).isEqualTo(UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"));
        events.add("registered " + registered.location());
    }

    @Override
    public void refused(RegistrationOutcome.Refused refused) {
        events.add("refused " + refused.cause() + " " + refused.shouldRetry() + " " + refused.retryAfter());
    }

    @Override
    public void unregistered() {
        events.add("unregistered");
    }

    @Override
    public void controlStreamLost() {
        events.add("lost");
    }
}
