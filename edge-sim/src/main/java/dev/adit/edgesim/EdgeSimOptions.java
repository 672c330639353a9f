package dev.adit.edgesim;

import dev.adit.edgesim.eyeball.PublicLimits;
import dev.adit.edgesim.eyeball.PublicRequest;
import dev.adit.edgesim.region.ListenAddress;
import dev.adit.edgesim.region.RegionSpec;
import dev.adit.edgesim.tunnel.TunnelDirectory;
import dev.adit.edgesim.tunnel.TunnelSpec;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
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
 * @param admin the API and the console
 * @param caFile where the caller keeps the certificate to trust, for the commands that the console shows
 * @param edge where connectors find it and what it shows of itself
 */
public record EdgeSimOptions(
        String bind,
        Ports ports,
        List<TunnelSpec> tunnels,
        Consumer<PublicRequest> requestLog,
        PublicLimits publicLimits,
        String country,
        AdminOptions admin,
        String caFile,
        EdgeOptions edge) {
    private static final String DEFAULT_CA_FILE = "edge-sim-ca.pem";

    public EdgeSimOptions {
        tunnels = List.copyOf(tunnels);
    }

    /** On loopback, on any free ports, without a request log. */
    public static EdgeSimOptions of(TunnelSpec... tunnels) {
        return of("127.0.0.1", Ports.any(), List.of(tunnels), request -> {});
    }

    /** What every simulator needs to know; all else as it is by default. */
    static EdgeSimOptions of(String bind, Ports ports, List<TunnelSpec> tunnels, Consumer<PublicRequest> requestLog) {
        return new EdgeSimOptions(
                bind,
                ports,
                tunnels,
                requestLog,
                PublicLimits.none(),
                "XX",
                AdminOptions.defaults(),
                DEFAULT_CA_FILE,
                EdgeOptions.defaults());
    }

    /**
     * Throws IllegalArgumentException if two of the tunnels get in each other's way, or if strangers could reach a
     * listener that is not fit for that.
     */
    void check() {
        new TunnelDirectory(tunnels);
        if (admin.port() != AdminOptions.OFF && admin.tokenFile() == null && !isLoopback()) {
            throw new IllegalArgumentException(
                    "--bind " + bind + " lets other machines reach the API:"
                            + " give it a token of your choice with --api-token-file FILE, or switch it off with --api-port off");
        }
        Exposure.check(exposures());
    }

    private List<Exposure> exposures() {
        String certificate = edge.certificate() == null ? "--tls-cert and --tls-key" : null;
        InetAddress common = ListenAddress.host(bind);
        List<Exposure> all = new ArrayList<>();
        for (RegionSpec region : regions()) {
            region.addresses()
                    .forEach(address -> all.add(new Exposure("for connectors", address.getAddress(), certificate)));
        }
        all.add(new Exposure("public HTTPS", common, certificate));
        if (ports.http() != Ports.OFF) {
            all.add(new Exposure("public HTTP, which is not encrypted", common, "--http-port off"));
        }
        if (edge.dnsPort() != null) {
            all.add(new Exposure("DNS", common, certificate));
        }
        return all;
    }

    /** Where connectors find the edge: at least one region. */
    List<RegionSpec> regions() {
        return edge.regions().isEmpty()
                ? List.of(RegionSpec.sole(List.of(new InetSocketAddress(ListenAddress.host(bind), ports.tunnel()))))
                : edge.regions();
    }

    /** Whether only this machine can reach the listeners. */
    boolean isLoopback() {
        return bind.equals("localhost") || bind.equals("::1") || bind.matches("127(\\.[0-9]{1,3}){3}");
    }

    /** The same with other ports. */
    public EdgeSimOptions withPorts(Ports other) {
        return new EdgeSimOptions(bind, other, tunnels, requestLog, publicLimits, country, admin, caFile, edge);
    }

    /** The same with a request log. */
    public EdgeSimOptions withRequestLog(Consumer<PublicRequest> other) {
        return new EdgeSimOptions(bind, ports, tunnels, other, publicLimits, country, admin, caFile, edge);
    }

    /** The same with other limits of public requests. */
    public EdgeSimOptions withPublicLimits(PublicLimits other) {
        return new EdgeSimOptions(bind, ports, tunnels, requestLog, other, country, admin, caFile, edge);
    }

    /** The same with eyeballs in another country, ISO 3166-1. */
    public EdgeSimOptions withCountry(String other) {
        return new EdgeSimOptions(bind, ports, tunnels, requestLog, publicLimits, other, admin, caFile, edge);
    }

    /** The same with another API and console. */
    public EdgeSimOptions withAdmin(AdminOptions other) {
        return new EdgeSimOptions(bind, ports, tunnels, requestLog, publicLimits, country, other, caFile, edge);
    }

    /** The same with another file for the certificate to trust. */
    public EdgeSimOptions withCaFile(Path other) {
        return new EdgeSimOptions(
                bind, ports, tunnels, requestLog, publicLimits, country, admin, other.toString(), edge);
    }

    /** The same in another place, or looking different. */
    public EdgeSimOptions withEdge(EdgeOptions other) {
        return new EdgeSimOptions(bind, ports, tunnels, requestLog, publicLimits, country, admin, caFile, other);
    }
}
