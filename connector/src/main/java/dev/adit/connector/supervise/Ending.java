package dev.adit.connector.supervise;

import dev.adit.connector.edge.EdgeFailure;
import dev.adit.connector.tunnel.TunnelEnd;
import dev.adit.connector.wire.RegistrationOutcome;
import java.time.Duration;

/** What the end of a connection means for the next try. */
record Ending(TunnelEnd end) {
    /** In the words that people search logs for. */
    String reason() {
        boolean served = end instanceof TunnelEnd.Lost || end instanceof TunnelEnd.Silent;
        return (served ? "Serve tunnel error: " : "") + end.reason();
    }

    /** Whether the connection was in use. */
    boolean wasLost() {
        return (end instanceof TunnelEnd.Lost lost && lost.registered())
                || (end instanceof TunnelEnd.Silent silent && silent.registered());
    }

    /** Whether it was found dead rather than told to be over. */
    boolean isSilence() {
        return end instanceof TunnelEnd.Silent;
    }

    /** Whether an edge was there that would not have the connection, or not for long; else nobody was disturbed by the try. */
    boolean isAnswered() {
        return end instanceof TunnelEnd.Refused
                || end instanceof TunnelEnd.Lost
                || (end instanceof TunnelEnd.NotReached notReached
                        && notReached.why().kind() == EdgeFailure.Kind.UNTRUSTED);
    }

    /** Whether the very first try ended so that all others are bound to; an edge's word that it is not counts. */
    boolean isHopeless() {
        if (end instanceof TunnelEnd.NotReached notReached) {
            return notReached.why().kind() == EdgeFailure.Kind.UNTRUSTED;
        }
        return isFutile() && !isUnauthorized();
    }

    /** Whether another try soon is of little use. */
    boolean isFutile() {
        return end instanceof TunnelEnd.Refused refused
                && !isDuplicate(refused.why())
                && (!refused.why().shouldRetry() || isUnauthorized());
    }

    /** Whether the edge does not know these credentials, or no longer. */
    boolean isUnauthorized() {
        return end instanceof TunnelEnd.Refused refused && refused.why().cause().contains("Unauthorized");
    }

    /** Whether another edge address may do better. */
    boolean changesAddress() {
        return isUnreachable() || (end instanceof TunnelEnd.Refused refused && isDuplicate(refused.why()));
    }

    /** Whether nothing sensible came back from the edge's address. */
    boolean isUnreachable() {
        return end instanceof TunnelEnd.NotReached
                || end instanceof TunnelEnd.Silent
                || (end instanceof TunnelEnd.Lost lost && !lost.registered());
    }

    /** How long the edge wants to be left alone. */
    Duration askedFor() {
        return end instanceof TunnelEnd.Refused refused ? refused.why().retryAfter() : Duration.ZERO;
    }

    /** This connector has a connection to that edge address already. */
    private static boolean isDuplicate(RegistrationOutcome.Refused refused) {
        return refused.cause().equals("EDUPCONN");
    }
}
