package dev.adit.connector.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.edge.EdgeFailure;
import dev.adit.connector.status.ConnectionStatus.Phase;
import dev.adit.connector.tunnel.TunnelEnd;
import dev.adit.connector.wire.RegistrationOutcome.Registered;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class ConnectionBoardTest {
    private static final EdgeAddress EDGE = new EdgeAddress("edge.example", 7844);
    private static final EdgeAddress OTHER_EDGE = new EdgeAddress("::1", 7844);
    private static final Instant NOW = Instant.parse("2026-11-23T01:02:03Z");
    private static final UUID CONNECTION = new UUID(3, 4);
    private static final TunnelEnd CUT = new TunnelEnd.Lost(true, "closed by the edge");

    private final ConnectionBoard board = new ConnectionBoard(2, Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void isNotReadyBeforeAnythingIsDialed() {
        assertThat(board.status().isReady()).isFalse();
        assertThat(board.status().connections())
                .containsExactly(ConnectionStatus.waiting(0), ConnectionStatus.waiting(1));
    }

    @Test
    void tellsWhatTheEdgeSaid() {
        register(1);
        board.roundTrip(1, Duration.ofMillis(12));

        assertThat(board.status().registered()).isEqualTo(1);
        assertThat(board.status().connections().get(0)).isEqualTo(ConnectionStatus.waiting(0));
        assertThat(board.status().connections().get(1))
                .isEqualTo(new ConnectionStatus(
                        1,
                        Phase.REGISTERED,
                        EDGE,
                        new ConnectionStatus.Registration(CONNECTION, "ams01", NOW),
                        Duration.ofMillis(12),
                        null));
    }

    @Test
    void countsNoConnectionThatIsOnlyTried() {
        board.dialing(0, EDGE);

        assertThat(phase(0)).isEqualTo(Phase.DIALING);
        assertThat(board.status().isReady()).isFalse();
    }

    @Test
    void tellsWhyAConnectionEndedUntilTheNextOneDoes() {
        register(0);

        board.ended(0, CUT);
        assertThat(phase(0)).isEqualTo(Phase.WAITING);
        assertThat(board.status().isReady()).isFalse();
        assertThat(board.status().connections().get(0).lastError()).isEqualTo("closed by the edge");

        register(0);
        assertThat(board.status().connections().get(0).lastError()).isEqualTo("closed by the edge");
        board.ended(0, new TunnelEnd.NotReached(new EdgeFailure(EdgeFailure.Kind.UNREACHABLE, "refused")));
        assertThat(board.status().connections().get(0).lastError())
                .isEqualTo("Unable to establish connection with Cloudflare edge: refused");
    }

    @Test
    void takesTheEndOfAConnectionThatWasReplacedForNothingNew() {
        register(0);
        board.goingAway(0);
        assertThat(board.status().isReady()).isFalse();
        board.dialing(0, OTHER_EDGE);
        board.registered(0, OTHER_EDGE, new Registered(CONNECTION, "fra01", true));

        board.ended(0, new TunnelEnd.Drained());

        assertThat(board.status().isReady()).isTrue();
        assertThat(board.status().connections().get(0).edge()).isEqualTo(OTHER_EDGE);
    }

    @Test
    void takesTheEndOfTheReplacementForOne() {
        register(0);
        board.goingAway(0);
        register(0);

        board.ended(0, CUT);

        assertThat(phase(0)).isEqualTo(Phase.WAITING);
        board.ended(0, new TunnelEnd.Drained());
        assertThat(board.status().connections().get(0).lastError()).isEqualTo("closed by the edge");
    }

    @Test
    void waitsWhenAConnectionThatWentAwayEndsBeforeItsReplacementIsDialed() {
        register(0);
        board.goingAway(0);

        board.ended(0, new TunnelEnd.Drained());

        assertThat(phase(0)).isEqualTo(Phase.WAITING);
    }

    @Test
    void isNotReadyAsSoonAsTheDrainBegins() {
        register(0);
        board.dialing(1, EDGE);

        board.draining();

        assertThat(board.status().isReady()).isFalse();
        assertThat(board.status().draining()).isTrue();
        assertThat(phase(0)).isEqualTo(Phase.DRAINING);
        assertThat(phase(1)).isEqualTo(Phase.DIALING);
    }

    private Phase phase(int index) {
        return board.status().connections().get(index).phase();
    }

    private void register(int index) {
        board.dialing(index, EDGE);
        board.registered(index, EDGE, new Registered(CONNECTION, "ams01", true));
    }
}
