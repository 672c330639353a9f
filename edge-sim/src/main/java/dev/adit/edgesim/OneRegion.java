package dev.adit.edgesim;

import dev.adit.edgesim.fault.EdgePort;
import dev.adit.edgesim.tls.CertificateFault;
import dev.adit.edgesim.tls.SimTls;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An edge of one region with one certificate. */
final class OneRegion implements EdgePort {
    private final SimTls tls;

    OneRegion(SimTls tls) {
        this.tls = tls;
    }

    @Override
    public List<String> regions() {
        return List.of("region1");
    }

    @Override
    public String regionOf(InetSocketAddress local) {
        return "region1";
    }

    @Override
    public void region(String region, boolean up) {}

    @Override
    public void certificate(@Nullable CertificateFault fault) {
        tls.tunnelCertificate(fault);
    }
}
