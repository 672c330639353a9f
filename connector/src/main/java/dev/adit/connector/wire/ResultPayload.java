package dev.adit.connector.wire;

import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The results of a call. They don't say what they are: only who asked knows which accessor fits. Accessors throw
 * {@link CapnpException} if what was received is malformed.
 */
public final class ResultPayload {
    private final @Nullable CapnpReader received;
    private final @Nullable Integer capability;
    private final @Nullable RegistrationOutcome registration;

    private ResultPayload(
            @Nullable CapnpReader received, @Nullable Integer capability, @Nullable RegistrationOutcome registration) {
        this.received = received;
        this.capability = capability;
        this.registration = registration;
    }

    /** The answer to a call without results. */
    public static ResultPayload empty() {
        return new ResultPayload(null, null, null);
    }

    /** The answer to a bootstrap: an object that the sender of the answer hosts. */
    public static ResultPayload ofCapability(int id) {
        return new ResultPayload(null, id, null);
    }

    /** The answer to {@link CallParams.RegisterConnection}. */
    public static ResultPayload ofRegistration(RegistrationOutcome outcome) {
        return new ResultPayload(null, null, outcome);
    }

    static ResultPayload received(CapnpReader payload) {
        return new ResultPayload(payload, null, null);
    }

    /** The id of the object that the results are, if the sender hosts it or promises to. */
    public OptionalInt capability() {
        if (received != null) {
            return RpcCodec.readCapability(received.again());
        }
        return capability != null ? OptionalInt.of(capability) : OptionalInt.empty();
    }

    /** The results as the answer to a registration; an empty struct and kinds unknown here read as a refusal. */
    public RegistrationOutcome registration() {
        if (received != null) {
            return RegistrationCodec.readOutcome(received.again().struct(0));
        }
        return registration != null ? registration : RegistrationCodec.NO_OUTCOME;
    }

    void write(CapnpWriter payload) {
        if (capability != null) {
            RpcCodec.writeCapability(payload, capability);
            return;
        }
        if (registration != null) {
            RegistrationCodec.writeOutcome(payload.struct(0, 0, 1), registration);
        } else {
            payload.struct(0, 0, 0);
        }
        RpcCodec.writeNoCapabilities(payload);
    }

    @Override
    public String toString() {
        if (received != null) {
            return "ResultPayload[received]";
        }
        return "ResultPayload[" + Objects.requireNonNullElse(capability, Objects.toString(registration, "empty")) + "]";
    }
}
