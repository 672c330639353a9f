package dev.adit.connector.status;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Where a tunnel stands.
 *
 * @param connections by their numbers
 * @param draining whether all of them are asked to end
 */
public record TunnelStatus(List<ConnectionStatus> connections, boolean draining) {
    public TunnelStatus {
        connections = List.copyOf(connections);
    }

    /** A tunnel of which nothing has been dialed. */
    static TunnelStatus waiting(int connections) {
        return new TunnelStatus(
                IntStream.range(0, connections)
                        .mapToObj(ConnectionStatus::waiting)
                        .toList(),
                false);
    }

    /** How many connections get requests. */
    public int registered() {
        return (int) connections.stream().filter(ConnectionStatus::isRegistered).count();
    }

    /** Whether requests can come. */
    public boolean isReady() {
        return registered() > 0;
    }

    TunnelStatus with(int index, UnaryOperator<ConnectionStatus> change) {
        List<ConnectionStatus> changed = new ArrayList<>(connections);
        changed.set(index, change.apply(connections.get(index)));
        return new TunnelStatus(changed, draining);
    }

    TunnelStatus limitTo(int most) {
        return new TunnelStatus(connections.subList(0, Math.min(most, connections.size())), draining);
    }

    TunnelStatus startDrain() {
        return new TunnelStatus(
                connections.stream()
                        .map(connection -> connection.in(
                                connection.isRegistered() ? ConnectionStatus.Phase.DRAINING : connection.phase()))
                        .collect(Collectors.toList()),
                true);
    }
}
