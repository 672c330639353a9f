package dev.adit.edgesim.fault;

import java.net.InetSocketAddress;
import java.util.List;

/** What faults change outside of the tunnels: regions and the certificate for connectors. On the event loop only. */
public interface EdgePort {
    /** The names of all regions. */
    List<String> regions();

    /** The region that listens at {@code local}. */
    String regionOf(InetSocketAddress local);

    /** Lets nobody listen at the addresses of {@code region}, or lets its listeners come back. */
    void region(String region, boolean up);

    /** What new connectors see as certificate. */
    void certificate(Validity validity);

    /** How a certificate stands in time. */
    enum Validity {
        /** As it should be. */
        VALID,
        /** From a clock that is ahead. */
        NOT_YET_VALID,
        /** Too old. */
        EXPIRED
    }
}
