package dev.adit.edgesim;

import dev.adit.edgesim.eyeball.PublicLimits;
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
 * @param publicLimits what a public request may be and how long it may take
 * @param country where all eyeballs are said to be, ISO 3166-1; {@code XX} for an unknown place
 */
public record EdgeSimOptions(
        String bind,
        Ports ports,
        List<TunnelSpec> tunnels,
        Consumer<PublicRequest> requestLog,
        PublicLimits publicLimits,
        String country) {
    public EdgeSimOptions {
        tunnels = List.copyOf(tunnels);
    }

    /** On loopback, on any free ports, without a request log. */
    public static EdgeSimOptions of(TunnelSpec... tunnels) {
        return of("127.0.0.1", Ports.any(), List.of(tunnels), request -> {});
    }

    /** What every simulator needs to know; all else as it is by default. */
    static EdgeSimOptions of(
            String bind, Ports ports, List<TunnelSpec> tunnels, Consumer<PublicRequest> requestLog) {
        return new EdgeSimOptions(bind, ports, tunnels, requestLog, PublicLimits.none(), "XX");
    }

    /** Throws IllegalArgumentException if two of the tunnels get in each other's way. */
    void check() {
        new TunnelDirectory(tunnels);
    }

    /** The same with other ports. */
    public EdgeSimOptions withPorts(Ports other) {
        return new EdgeSimOptions(bind, other, tunnels, requestLog, publicLimits, country);
    }

    /** The same with a request log. */
    public EdgeSimOptions withRequestLog(Consumer<PublicRequest> other) {
        return new EdgeSimOptions(bind, ports, tunnels, other, publicLimits, country);
    }

    /** The same with other limits of public requests. */
    public EdgeSimOptions withPublicLimits(PublicLimits other) {
        return new EdgeSimOptions(bind, ports, tunnels, requestLog, other, country);
    }

    /** The same with eyeballs in another country, ISO 3166-1. */
    public EdgeSimOptions withCountry(String other) {
        return new EdgeSimOptions(bind, ports, tunnels, requestLog, publicLimits, other);
    }
}
