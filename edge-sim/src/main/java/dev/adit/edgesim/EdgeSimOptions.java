package dev.adit.edgesim;

import dev.adit.edgesim.eyeball.PublicRequest;
import dev.adit.edgesim.tunnel.TunnelDirectory;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.util.List;
import java.util.function.Consumer;

/**
 * How to start a simulator.
 *
 * @param bind address of all listeners
 * @param ports their ports
 * @param tunnels the tunnels it knows
 * @param requestLog told of each public request when it is over, on the simulator's event loop
 */
public record EdgeSimOptions(String bind, Ports ports, List<TunnelSpec> tunnels, Consumer<PublicRequest> requestLog) {
    public EdgeSimOptions {
        tunnels = List.copyOf(tunnels);
    }

    /** On loopback, on any free ports, without a request log. */
    public static EdgeSimOptions of(TunnelSpec... tunnels) {
        return new EdgeSimOptions("127.0.0.1", Ports.any(), List.of(tunnels), request -> {});
    }

    /** Throws IllegalArgumentException if two of the tunnels get in each other's way. */
    void check() {
        new TunnelDirectory(tunnels);
    }

    /** The same with other ports. */
    public EdgeSimOptions withPorts(Ports other) {
        return new EdgeSimOptions(bind, other, tunnels, requestLog);
    }

    /** The same with a request log. */
    public EdgeSimOptions withRequestLog(Consumer<PublicRequest> other) {
        return new EdgeSimOptions(bind, ports, tunnels, other);
    }
}
