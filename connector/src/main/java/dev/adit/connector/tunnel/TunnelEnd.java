package dev.adit.connector.tunnel;

import dev.adit.connector.edge.EdgeFailure;
import dev.adit.connector.wire.RegistrationOutcome;
import java.time.Duration;

/** Why a connection is no more. */
public sealed interface TunnelEnd {
    /** One line in the words that people search logs for. */
    String reason();

    /** There never was one. */
    record NotReached(EdgeFailure why) implements TunnelEnd {
        @Override
        public String reason() {
            return "Unable to establish connection with Cloudflare edge: " + why.detail();
        }
    }

    /** The edge would not have it. */
    record Refused(RegistrationOutcome.Refused why) implements TunnelEnd {
        @Override
        public String reason() {
            return "Register tunnel error from server side: " + why.cause();
        }
    }

    /**
     * It broke.
     *
     * @param registered whether it had been registered
     * @param detail one line for the log
     */
    record Lost(boolean registered, String detail) implements TunnelEnd {
        @Override
        public String reason() {
            return detail;
        }
    }

    /**
     * The edge fell silent: bytes were lost on the way to it or back, or it hangs.
     *
     * @param registered whether the connection had been registered
     * @param detail one line for the log
     * @param silence how long there had been no sign of life when this was noticed
     */
    record Silent(boolean registered, String detail, Duration silence) implements TunnelEnd {
        @Override
        public String reason() {
            return detail;
        }
    }

    /** It was drained, on our wish or the edge's. */
    record Drained() implements TunnelEnd {
        @Override
        public String reason() {
            return "drained";
        }
    }
}
