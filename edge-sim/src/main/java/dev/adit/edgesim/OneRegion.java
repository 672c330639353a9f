package dev.adit.edgesim;

import dev.adit.edgesim.fault.EdgePort;
import java.net.InetSocketAddress;
import java.util.List;

/** An edge of one region with one certificate. */
final class OneRegion implements EdgePort {
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
    public void certificate(Validity validity) {}
}
