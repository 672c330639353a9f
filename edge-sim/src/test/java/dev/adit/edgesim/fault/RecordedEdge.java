package dev.adit.edgesim.fault;

import dev.adit.edgesim.tls.CertificateFault;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An edge of two regions that remembers what it was told. */
final class RecordedEdge implements EdgePort {
    final List<String> calls = new ArrayList<>();

    @Override
    public List<String> regions() {
        return List.of("region1", "region2");
    }

    @Override
    public String regionOf(InetSocketAddress local) {
        return "region1";
    }

    @Override
    public void region(String region, boolean up) {
        calls.add(region + (up ? " up" : " down"));
    }

    @Override
    public void certificate(@Nullable CertificateFault fault) {
        calls.add("certificate " + (fault == null ? "VALID" : fault));
    }
}
