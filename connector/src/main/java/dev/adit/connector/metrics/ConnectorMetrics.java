package dev.adit.connector.metrics;

import dev.adit.connector.admin.Endpoint;
import dev.adit.connector.status.TunnelStatus;
import dev.adit.connector.supervise.TunnelEvents;
import dev.adit.connector.tunnel.WireBytes;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of one connector. Counting starts at once and costs next to nothing; what it takes to tell them, which is
 * Micrometer and the JVM's own figures, is made by the first scrape, so that start-up does not pay for it.
 */
public final class ConnectorMetrics implements AutoCloseable {
    private final TunnelMetrics tunnel;
    private final WireBytes wire;
    private final List<LoopMetrics> loops = new ArrayList<>();
    private final AtomicReference<@Nullable CompletableFuture<Exposition>> exposition = new AtomicReference<>();

    /** For a tunnel of {@code connections} connections. */
    public ConnectorMetrics(int connections) {
        tunnel = new TunnelMetrics(connections, System::nanoTime);
        wire = new WireBytes(connections);
    }

    /** What counts the bytes of connections. */
    public WireBytes wire() {
        return wire;
    }

    /** What hears of the tunnel. */
    public TunnelEvents tunnel() {
        return tunnel;
    }

    /** What hears of one more event loop; to be called at start, before {@link #endpoint}. */
    public LoopMetrics addLoop() {
        LoopMetrics loop = new LoopMetrics();
        loops.add(loop);
        return loop;
    }

    /**
     * Answers scrapes.
     *
     * @param version of this program
     * @param status how the tunnel is
     * @param configVersion of the rules that the edge pushed last; -1 for none
     * @param blocking runs what a scrape takes
     */
    public Endpoint endpoint(
            String version, Supplier<TunnelStatus> status, IntSupplier configVersion, Executor blocking) {
        List<MultiCollector> collectors = List.of(
                new TunnelFamilies(version, tunnel, wire, status, configVersion, Clock.systemUTC()),
                new EngineFamilies(loops));
        return request -> {
            String accept = request.headers().get("accept", "");
            return made(collectors, blocking).thenApplyAsync(all -> all.scrape(accept), blocking);
        };
    }

    private CompletableFuture<Exposition> made(List<MultiCollector> collectors, Executor blocking) {
        CompletableFuture<Exposition> mine = new CompletableFuture<>();
        CompletableFuture<Exposition> first = exposition.compareAndExchange(null, mine);
        if (first != null) {
            return first;
        }
        return mine.completeAsync(() -> new Exposition(collectors), blocking);
    }

    @Override
    public void close() {
        CompletableFuture<Exposition> made = exposition.get();
        if (made != null) {
            made.thenAccept(Exposition::close);
        }
    }
}
