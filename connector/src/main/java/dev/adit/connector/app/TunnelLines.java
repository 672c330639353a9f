package dev.adit.connector.app;

import dev.adit.connector.account.TunnelRecord;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Which connections of tunnels count, and how a table shows them. */
final class TunnelLines {
    private TunnelLines() {}

    /** Those of {@code connections} that serve; with {@code all}, also those that the edge waits for. */
    static List<TunnelRecord.Connection> counted(List<TunnelRecord.Connection> connections, boolean all) {
        return connections.stream()
                .filter(connection -> all || !connection.pendingReconnect())
                .toList();
    }

    /** How many there are at each place, such as {@code 2xAMS, 2xLHR}. */
    static String places(List<TunnelRecord.Connection> connections) {
        Map<String, Integer> counts = new TreeMap<>();
        connections.forEach(connection -> counts.merge(connection.place(), 1, Integer::sum));
        return counts.entrySet().stream()
                .map(place -> place.getValue() + "x" + place.getKey())
                .collect(Collectors.joining(", "));
    }

    /** A time of the API to the second. */
    static String seconds(String time) {
        return time.replaceFirst("\\.[0-9]+", "");
    }
}
