package dev.adit.edgesim;

import dev.adit.edgesim.region.RegionSpec;
import dev.adit.edgesim.tls.PostQuantum;
import dev.adit.edgesim.tls.ServerIdentity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the edge is and what it shows of itself.
 *
 * @param regions where connectors find it; none for one region at the common address and the tunnel port
 * @param dnsPort where it tells connectors about these regions, 0 for any free port; null for nowhere
 * @param postQuantum when connectors get a post-quantum handshake
 * @param certificate what eyeballs are shown; null for a certificate of each host name, by the simulator's authority
 */
public record EdgeOptions(
        List<RegionSpec> regions,
        @Nullable Integer dnsPort,
        PostQuantum postQuantum,
        @Nullable ServerIdentity certificate) {
    public EdgeOptions {
        regions = List.copyOf(regions);
        if (dnsPort != null) {
            Ports.check("dns port", dnsPort);
        }
    }

    /** One region, no DNS, post-quantum handshakes for those who offer them, certificates of its own. */
    public static EdgeOptions defaults() {
        return new EdgeOptions(List.of(), null, PostQuantum.IF_OFFERED, null);
    }

    /** The same with other regions. */
    public EdgeOptions withRegions(List<RegionSpec> other) {
        return new EdgeOptions(other, dnsPort, postQuantum, certificate);
    }

    /** The same with DNS at that port; null for none. */
    public EdgeOptions withDnsPort(@Nullable Integer other) {
        return new EdgeOptions(regions, other, postQuantum, certificate);
    }

    /** The same with other handshakes. */
    public EdgeOptions withPostQuantum(PostQuantum other) {
        return new EdgeOptions(regions, dnsPort, other, certificate);
    }

    /** The same with another certificate for eyeballs. */
    public EdgeOptions withCertificate(@Nullable ServerIdentity other) {
        return new EdgeOptions(regions, dnsPort, postQuantum, other);
    }
}
