package dev.adit.connector.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.edge.EdgeOptions;
import dev.adit.connector.wire.TunnelSecret;
import dev.adit.connector.wire.TunnelToken;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConnectorOptionsTest {
    private static final TunnelToken TOKEN =
            new TunnelToken("account", new UUID(1, 2), TunnelSecret.of(new byte[32]), null);
    private static final EdgeOptions EDGE = EdgeOptions.at(List.of(new EdgeAddress("edge.example", 7844)));

    @Test
    void keepsCopiesOfWhatItIsGiven() {
        Map<String, String> flags = new HashMap<>(Map.of("loglevel", "info"));
        ConnectorOptions options = new ConnectorOptions(
                TOKEN, EDGE, Path.of("ca.pem"), null, 4, Duration.ofSeconds(30), flags, Timings.DEFAULT);

        flags.clear();

        assertThat(options.shownFlags()).containsExactly(Map.entry("loglevel", "info"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 64})
    void takesOneToSixtyFourConnections(int connections) {
        assertThat(options(connections, Duration.ZERO).connections()).isEqualTo(connections);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 65})
    void refusesOtherNumbersOfConnections(int connections) {
        assertThatThrownBy(() -> options(connections, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--ha-connections must be 1 to 64, was " + connections);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 30, 180})
    void takesGracePeriodsUpToThreeMinutes(long seconds) {
        assertThat(options(1, Duration.ofSeconds(seconds)).gracePeriod()).hasSeconds(seconds);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 181})
    void refusesOtherGracePeriods(long seconds) {
        assertThatThrownBy(() -> options(1, Duration.ofSeconds(seconds)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--grace-period must be 0s to 3m0s, was " + seconds + "s");
    }

    private static ConnectorOptions options(int connections, Duration gracePeriod) {
        return new ConnectorOptions(TOKEN, EDGE, null, null, connections, gracePeriod, Map.of(), Timings.DEFAULT);
    }
}
