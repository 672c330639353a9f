package dev.adit.connector.wire;

/** The method of a call together with its parameters. */
public sealed interface CallParams {
    /** The interface that has the methods of this page: RegistrationServer. */
    long REGISTRATION_SERVER = 0xf71695ec7fe85497L;

    default long interfaceId() {
        return REGISTRATION_SERVER;
    }

    int methodId();

    /** Asks the edge to send traffic over this connection; answered with a {@link RegistrationOutcome}. */
    record RegisterConnection(RegistrationRequest request) implements CallParams {
        static final int METHOD = 0;

        @Override
        public int methodId() {
            return METHOD;
        }
    }

    /** Asks the edge to send no more traffic; answered with an empty struct. */
    record UnregisterConnection() implements CallParams {
        static final int METHOD = 1;

        @Override
        public int methodId() {
            return METHOD;
        }
    }

    /** Tells the edge which configuration a locally managed tunnel runs; answered with an empty struct. */
    record UpdateLocalConfiguration(String json) implements CallParams {
        static final int METHOD = 2;

        @Override
        public int methodId() {
            return METHOD;
        }
    }

    /** A method that has no record here; its parameters are not kept. */
    record Unknown(long interfaceId, int methodId) implements CallParams {}
}
