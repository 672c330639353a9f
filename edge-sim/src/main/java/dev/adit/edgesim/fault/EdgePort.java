package dev.adit.edgesim.fault;

import dev.adit.edgesim.tls.CertificateFault;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What faults change outside of the tunnels: regions and the certificate for connectors. On the event loop only. */
public interface EdgePort {
    /** The names of all regions. */
    List<String> regions();

    /** The region that listens at {@code local}. */
    String regionOf(InetSocketAddress local);

    /** Lets nobody listen at the addresses of {@code region}, or lets its listeners come back. */
    void region(String region, boolean up);

    /** What is wrong with the certificate that new connections are shown; null if nothing is. */
    void certificate(@Nullable CertificateFault fault);
}
