package dev.adit.connector.edge;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the edge by DNS: SRV records from the name servers of this machine, else through TLS from a public one; the
 * addresses of the first two targets are the two regions. What was found last time serves when nothing is found.
 */
final class EdgeDiscovery implements EdgeSource {
    private static final Logger log = LoggerFactory.getLogger(EdgeDiscovery.class);

    private static final String SERVICE = "v2-origintunneld._tcp.argotunnel.com";

    private final PlainDns dns;
    private final ServiceLookup second;
    private final @Nullable SavedEdges saved;
    private final String service;

    /** {@code region} is null for the global edge. */
    EdgeDiscovery(PlainDns dns, ServiceLookup second, @Nullable SavedEdges saved, @Nullable String region) {
        this.dns = dns;
        this.second = second;
        this.saved = saved;
        service = service(region);
    }

    /** The name of the SRV records of {@code region}. */
    static String service(@Nullable String region) {
        return region == null ? "_" + SERVICE : "_" + region + "-" + SERVICE;
    }

    @Override
    public CompletionStage<EdgeRegions> find() {
        return dns.services(service)
                .exceptionallyCompose(first -> {
                    log.warn(
                            "edge discovery failed, trying DNS over TLS service={} error=\"{}\"", service, text(first));
                    return second.services(service)
                            .exceptionallyCompose(other -> fail(text(first) + "; " + text(other)));
                })
                .thenCompose(this::regions)
                .whenComplete((regions, error) -> {
                    if (regions != null && saved != null) {
                        saved.write(regions);
                    }
                })
                .exceptionallyCompose(this::lastKnown);
    }

    private CompletionStage<EdgeRegions> regions(List<SrvRecord> services) {
        List<SrvRecord> ordered = SrvRecord.ordered(services, ThreadLocalRandom.current());
        CompletionStage<List<EdgeAddress>> first = addresses(ordered.get(0));
        CompletionStage<List<EdgeAddress>> other =
                ordered.size() > 1 ? addresses(ordered.get(1)) : CompletableFuture.completedFuture(List.of());
        return first.thenCombine(other, EdgeRegions::new);
    }

    /** One region without addresses is no reason to do without the other. */
    private CompletionStage<List<EdgeAddress>> addresses(SrvRecord record) {
        return dns.addresses(record.target()).handle((found, error) -> {
            List<EdgeAddress> addresses = new ArrayList<>();
            if (found == null) {
                log.warn("edge discovery found no address host={} error=\"{}\"", record.target(), text(error));
                return addresses;
            }
            for (InetAddress each : found) {
                addresses.add(new EdgeAddress(each.getHostAddress(), record.port()));
            }
            return addresses;
        });
    }

    private CompletionStage<EdgeRegions> lastKnown(Throwable error) {
        SavedEdges file = saved;
        if (file == null) {
            return CompletableFuture.failedFuture(error);
        }
        return file.read()
                .thenApply(regions -> {
                    log.warn("edge discovery failed, using the addresses of last time error=\"{}\"", text(error));
                    return regions;
                })
                .exceptionallyCompose(none -> CompletableFuture.failedFuture(error));
    }

    private static <T> CompletionStage<T> fail(String why) {
        return CompletableFuture.failedFuture(new IllegalStateException(why));
    }

    private static String text(@Nullable Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        return cause == null ? "nothing was found" : String.valueOf(cause.getMessage());
    }
}
