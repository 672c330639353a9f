package dev.adit.connector.status;

import dev.adit.connector.edge.EdgeAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where one HA connection stands.
 *
 * @param index its number, from 0
 * @param phase what it is doing
 * @param edge where it was dialed last; null before the first dial
 * @param registration what the edge said when it registered last; null before
 * @param roundTrip of the last PING; null before one was answered since it registered
 * @param lastError why it ended last; null if it never did
 */
public record ConnectionStatus(
        int index,
        Phase phase,
        @Nullable EdgeAddress edge,
        @Nullable Registration registration,
        @Nullable Duration roundTrip,
        @Nullable String lastError) {
    /** What a connection is doing. */
    public enum Phase {
        /** Nothing: it will be dialed in a while. */
        WAITING,
        /** It is on its way to being registered. */
        DIALING,
        /** It gets requests. */
        REGISTERED,
        /** The edge sends nothing new; another connection takes its place. */
        GOING_AWAY,
        /** It serves what runs, and ends. */
        DRAINING
    }

    /**
     * What the edge said to a registration.
     *
     * @param connectionId its name of the connection
     * @param location the airport code of its data center, or empty
     * @param since when it said so
     */
    public record Registration(UUID connectionId, String location, Instant since) {}

    /** One that was never dialed. */
    static ConnectionStatus waiting(int index) {
        return new ConnectionStatus(index, Phase.WAITING, null, null, null, null);
    }

    /** Whether the edge sends requests on it. */
    public boolean isRegistered() {
        return phase == Phase.REGISTERED;
    }

    ConnectionStatus in(Phase next) {
        return new ConnectionStatus(index, next, edge, registration, roundTrip, lastError);
    }

    ConnectionStatus dialing(EdgeAddress where) {
        return new ConnectionStatus(index, Phase.DIALING, where, registration, null, lastError);
    }

    ConnectionStatus registered(EdgeAddress where, Registration words) {
        return new ConnectionStatus(index, Phase.REGISTERED, where, words, null, lastError);
    }

    ConnectionStatus measured(Duration time) {
        return new ConnectionStatus(index, phase, edge, registration, time, lastError);
    }

    ConnectionStatus ended(String error) {
        return new ConnectionStatus(index, Phase.WAITING, edge, registration, null, error);
    }
}
