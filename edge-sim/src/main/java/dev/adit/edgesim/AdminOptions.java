package dev.adit.edgesim;

import dev.adit.edgesim.tunnel.TunnelSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the simulator's API and console are offered.
 *
 * @param port TCP port; 0 for any free one, {@link #OFF} for none
 * @param hosts names by which the listener may be called beside those of loopback, in lower case
 * @param tokenFile where the API token is read from, or written to if the file is missing
 * @param state directory of what survives a restart; null to keep all in memory
 * @param zones DNS zones beside those of the tunnels' host names
 * @param quickDomain where the host names of quick tunnels are
 */
public record AdminOptions(
        int port,
        Set<String> hosts,
        @Nullable Path tokenFile,
        @Nullable Path state,
        List<String> zones,
        String quickDomain) {
    /** The port of a simulator without API. */
    public static final int OFF = -1;
    /** The domain of quick tunnels unless another is asked for. */
    public static final String QUICK_DOMAIN = "quick.example.test";

    public AdminOptions {
        if (port < OFF || port > 65_535) {
            throw new IllegalArgumentException("api port must be from 0 to 65535, or off, was " + port);
        }
        hosts = Set.copyOf(hosts);
        zones = List.copyOf(zones);
        zones.forEach(TunnelSpec::checkHost);
        TunnelSpec.checkHost(quickDomain);
    }

    /** On any free port, everything in memory. */
    public static AdminOptions defaults() {
        return new AdminOptions(0, Set.of(), null, null, List.of(), QUICK_DOMAIN);
    }

    /** The same with state in {@code directory}. */
    public AdminOptions withState(Path directory) {
        return new AdminOptions(port, hosts, tokenFile, directory, zones, quickDomain);
    }

    /** The same with the API token in {@code file}. */
    public AdminOptions withTokenFile(Path file) {
        return new AdminOptions(port, hosts, file, state, zones, quickDomain);
    }

    /** The same with other DNS zones. */
    public AdminOptions withZones(List<String> other) {
        return new AdminOptions(port, hosts, tokenFile, state, other, quickDomain);
    }
}
