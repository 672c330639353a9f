package dev.adit.edgesim;

import dev.adit.edgesim.region.ListenAddress;
import dev.adit.edgesim.region.RegionSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Flags for where connectors find the edge. */
final class RegionFlags {
    @Option(
            names = "--listen",
            paramLabel = "ADDRESS:PORT",
            description = {
                "Where connectors dial, instead of --bind and --tunnel-port. Repeatable; one port for all.",
                "A connector may have all its connections to one address."
            })
    private final List<String> listen = new ArrayList<>();

    @Option(
            names = "--region",
            paramLabel = "NAME=ADDRESS:PORT[,ADDRESS:PORT...]",
            description = {
                "A region of the edge, instead of --bind and --tunnel-port. Repeatable; one port in each.",
                "A connector may have one connection to each address; a second gets EDUPCONN."
            })
    private final List<String> regions = new ArrayList<>();

    @Option(
            names = "--dns-port",
            paramLabel = "PORT",
            description = {
                "Answers DNS questions about argotunnel.com at --bind, over UDP and TCP,",
                "as connectors ask them that are given no edge address."
            })
    private @Nullable Integer dnsPort;

    EdgeOptions apply(EdgeOptions options) {
        List<RegionSpec> specs = new ArrayList<>();
        if (!listen.isEmpty()) {
            specs.add(RegionSpec.sole(listen.stream().map(ListenAddress::parse).toList()));
        }
        for (String region : regions) {
            specs.add(RegionSpec.parse(region, specs.size() + 1));
        }
        return options.withRegions(specs).withDnsPort(dnsPort);
    }
}
