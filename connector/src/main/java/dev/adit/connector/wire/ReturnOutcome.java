package dev.adit.connector.wire;

import java.time.Duration;

/** How a question was answered. */
public sealed interface ReturnOutcome {
    /** This answer read as the answer to {@link CallParams.RegisterConnection}. */
    RegistrationOutcome registration();

    /** The call went well. */
    record Results(ResultPayload payload) implements ReturnOutcome {
        @Override
        public RegistrationOutcome registration() {
            return payload.registration();
        }
    }

    /** The call threw an exception. */
    record Failed(String reason, Type type) implements ReturnOutcome {
        @Override
        public RegistrationOutcome registration() {
            return refused(reason);
        }

        /** What a caller may do about an exception. */
        public enum Type {
            FAILED(0),
            OVERLOADED(1),
            DISCONNECTED(2),
            UNIMPLEMENTED(3);

            private final int tag;

            Type(int tag) {
                this.tag = tag;
            }

            int tag() {
                return tag;
            }

            /** A type that a newer schema may have is as good as the plainest one. */
            static Type of(int tag) {
                return switch (tag) {
                    case 1 -> OVERLOADED;
                    case 2 -> DISCONNECTED;
                    case 3 -> UNIMPLEMENTED;
                    default -> FAILED;
                };
            }
        }
    }

    /** The callee gave the call up because the caller asked for it. */
    record Canceled() implements ReturnOutcome {
        @Override
        public RegistrationOutcome registration() {
            return refused("call canceled");
        }
    }

    /**
     * An answer of a kind that has no record here; to be answered with {@link #unimplemented}.
     *
     * @param tag the kind of the answer, as in the schema of the RPC
     * @param message the whole message that had it
     */
    record Unsupported(int tag, CapnpMessage message) implements ReturnOutcome {
        @Override
        public RegistrationOutcome registration() {
            return refused("answer of unsupported kind " + tag);
        }

        public RpcMessage.Unimplemented unimplemented() {
            return new RpcMessage.Unimplemented(RpcCodec.RETURN, message.nested());
        }
    }

    private static RegistrationOutcome refused(String reason) {
        return new RegistrationOutcome.Refused("registerConnection: " + reason, false, Duration.ZERO);
    }
}
