package dev.adit.edgesim.region;

import dev.adit.edgesim.tunnel.EdgeSite;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The regions of the edge: all listeners for connectors. Taken down and up on the event loop; told of from any thread. */
public final class Regions {
    private final Map<String, Region> byName = new LinkedHashMap<>();

    /**
     * Regions that do not listen yet; throws IllegalArgumentException if two have the same name.
     *
     * @param template how listeners are made, but for what is done with what they accept
     */
    public Regions(List<RegionSpec> specs, EventLoop loop, ServerBootstrap template) {
        for (RegionSpec spec : specs) {
            Region region = new Region(spec, loop, template.clone());
            if (byName.put(spec.name(), region) != null) {
                throw new IllegalArgumentException("two regions are called " + spec.name());
            }
        }
    }

    /**
     * Listens; waits until it does. Not on the event loop.
     *
     * @param acceptors builds the pipelines of what the listeners of a site accept
     */
    public void open(Function<EdgeSite, ? extends ChannelHandler> acceptors) throws ListenException {
        for (Region region : byName.values()) {
            region.open(acceptors.apply(region.spec().site()));
        }
    }

    /** The names of all regions, in the order in which they were given. */
    public List<String> names() {
        return List.copyOf(byName.keySet());
    }

    /** Where region {@code name} listens, whether it is up or not. */
    public List<InetSocketAddress> addresses(String name) {
        return region(name).addresses();
    }

    /** All addresses, whether their regions are up or not. */
    public List<InetSocketAddress> addresses() {
        List<InetSocketAddress> all = new ArrayList<>();
        byName.values().forEach(region -> all.addAll(region.addresses()));
        return all;
    }

    /** The region to which {@code local} belongs; the first one if it is nobody's. */
    public String regionOf(InetSocketAddress local) {
        for (Region region : byName.values()) {
            for (InetSocketAddress address : region.addresses()) {
                if (address.getPort() == local.getPort()
                        && (address.getAddress().isAnyLocalAddress()
                                || address.getAddress().equals(local.getAddress()))) {
                    return region.spec().name();
                }
            }
        }
        return byName.keySet().iterator().next();
    }

    /** How many sockets are open, the listeners included. */
    public int openSockets() {
        return byName.values().stream().mapToInt(Region::openSockets).sum();
    }

    /** Whether region {@code name} is there. On the event loop. */
    public boolean isUp(String name) {
        return region(name).isUp();
    }

    /**
     * Takes region {@code name} away: closes its listeners and all connections to them. On the event loop; completes
     * when they are closed.
     */
    public CompletableFuture<Void> down(String name) {
        return region(name).down();
    }

    /** Lets region {@code name} listen again, at the same addresses. On the event loop; completes when it does. */
    public CompletableFuture<Void> up(String name) {
        return region(name).up();
    }

    /** Closes everything, for good; waits as long as {@code limit} for each region. Not on the event loop. */
    public void close(Duration limit) {
        byName.values().forEach(region -> region.close(limit));
    }

    private Region region(String name) {
        Region region = byName.get(name);
        if (region == null) {
            throw new IllegalArgumentException("no region is called " + name);
        }
        return region;
    }
}
