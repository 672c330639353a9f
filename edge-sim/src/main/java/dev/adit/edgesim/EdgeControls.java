package dev.adit.edgesim;

import dev.adit.edgesim.fault.EdgePort;
import dev.adit.edgesim.region.Regions;
import dev.adit.edgesim.tls.CertificateFault;
import dev.adit.edgesim.tls.SimTls;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets faults get at the regions and at the certificate for connectors. Confined to the event loop. */
record EdgeControls(Regions places, SimTls tls) implements EdgePort {
    @Override
    public List<String> regions() {
        return places.names();
    }

    @Override
    public String regionOf(InetSocketAddress local) {
        return places.regionOf(local);
    }

    @Override
    public void region(String region, boolean up) {
        if (up) {
            places.up(region);
        } else {
            places.down(region);
        }
    }

    @Override
    public void certificate(@Nullable CertificateFault fault) {
        tls.tunnelCertificate(fault);
    }
}
