package dev.adit.edgesim.tunnel;

import dev.adit.connector.wire.RegistrationOutcome;
import dev.adit.connector.wire.RegistrationRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Whether a connector may register a connection. */
sealed interface Admission {
    /**
     * It may.
     *
     * @param tunnel what the connection will serve
     */
    record Admitted(Tunnel tunnel) implements Admission {}

    /** It may not. */
    record Refused(RegistrationOutcome.Refused why) implements Admission {}

    /** It is never told. */
    record Unanswered() implements Admission {}

    /** Its connection is closed instead. */
    record Closed() implements Admission {}

    /** Judges {@code request}, which came over {@code session}, for {@code wanted}; null if there is no such tunnel. */
    static Admission of(RegistrationRequest request, TunnelSession session, @Nullable Tunnel wanted) {
        if (wanted == null) {
            return refused("Unauthorized: Tunnel not found", false, Duration.ZERO);
        }
        RegistrationRequest.Auth auth = request.auth();
        if (!auth.accountTag().equals(wanted.spec().token().accountTag())
                || !auth.secret().equals(wanted.spec().token().secret())) {
            return refused("Unauthorized: Invalid tunnel secret", false, Duration.ZERO);
        }
        if (wanted.connections().stream().anyMatch(other -> isDuplicate(request, session, other))) {
            return duplicate();
        }
        return new Admitted(wanted);
    }

    /** What {@code fault} makes of any request. */
    static Admission of(RegistrationFault fault) {
        if (fault instanceof RegistrationFault.Refuse refuse) {
            return refused(refuse.cause(), refuse.shouldRetry(), refuse.retryAfter());
        }
        return fault instanceof RegistrationFault.Close ? new Closed() : new Unanswered();
    }

    /** It is registered already. */
    static Admission duplicate() {
        return refused("EDUPCONN", true, Duration.ZERO);
    }

    private static boolean isDuplicate(RegistrationRequest request, TunnelSession session, TunnelSession other) {
        RegistrationRequest known = other.registration();
        // What an edge address does not know of, such as a connection to another one, it can't refuse.
        if (other.isLeaving()
                || !session.edgeAddress().equals(other.edgeAddress())
                || !known.options()
                        .client()
                        .id()
                        .equals(request.options().client().id())) {
            return false;
        }
        return session.site().rule() == EdgeSite.DuplicateRule.PER_ADDRESS || known.connIndex() == request.connIndex();
    }

    private static Refused refused(String cause, boolean shouldRetry, Duration retryAfter) {
        return new Refused(new RegistrationOutcome.Refused(cause, shouldRetry, retryAfter));
    }
}
