package dev.adit.connector.app;

import dev.adit.connector.admin.AdminAddress;
import dev.adit.connector.admin.AdminServer;
import dev.adit.connector.admin.Endpoints;
import dev.adit.proxy.net.Transport;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The local HTTP servers of a process: one for people and programs, and one on a socket in the file system by which another
 * process takes over, where everything else can be asked, too. For any thread.
 */
final class LocalServers {
    private static final Logger log = LoggerFactory.getLogger(LocalServers.class);

    private static final CompletableFuture<Void> CLOSED = CompletableFuture.completedFuture(null);

    /**
     * Where they listen.
     *
     * @param metrics the server for people and programs
     * @param control the socket, or null for none
     */
    record Places(AdminAddress metrics, @Nullable Path control) {}

    private final Places places;
    private final Endpoints endpoints;
    private final Endpoints all;
    private final Transport transport;
    private final EventLoop loop;
    private final AtomicReference<@Nullable AdminServer> metrics = new AtomicReference<>();
    private final AtomicReference<@Nullable AdminServer> control = new AtomicReference<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Servers that answer with {@code endpoints}, the one on the socket with those of {@code takeover} as well. */
    LocalServers(Places places, Endpoints endpoints, Endpoints takeover, LoopOf loopOf) {
        this.places = places;
        this.endpoints = endpoints;
        all = new Endpoints().addAll(endpoints).addAll(takeover);
        transport = loopOf.transport;
        loop = loopOf.loop;
    }

    /** Answers with {@code more}, too; to be called before {@link #open()}. */
    void add(Endpoints more) {
        endpoints.addAll(more);
        all.addAll(more);
    }

    /** An event loop and what its channels are made by. */
    record LoopOf(Transport transport, EventLoop loop) {}

    /**
     * Opens both; not for an event loop. Without the socket life goes on, so that is only logged.
     *
     * @throws IOException if the address of the other one can't be had
     */
    void open() throws IOException {
        openMetrics();
        try {
            openControl();
        } catch (IOException e) {
            log.warn("no other process can take over from this one: {}", e.getMessage());
        }
    }

    /**
     * Opens each that is not open yet and whose address can be had, unless they were closed; on one thread at a time, which is no
     * event loop's. What this gives says what is still missing, null if nothing is.
     */
    @Nullable
    String openMore() {
        List<String> problems = new ArrayList<>();
        try {
            openControl();
        } catch (IOException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        try {
            openMetrics();
        } catch (IOException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        return problems.isEmpty() ? null : String.join("; ", problems);
    }

    private void openMetrics() throws IOException {
        open(metrics, places.metrics, endpoints);
    }

    private void openControl() throws IOException {
        Path socket = places.control;
        if (socket != null) {
            open(control, new AdminAddress.Unix(socket), all);
        }
    }

    private void open(AtomicReference<@Nullable AdminServer> server, AdminAddress address, Endpoints answers)
            throws IOException {
        if (closed.get() || server.get() != null) {
            return;
        }
        AdminServer opened = AdminServer.open(address, answers, transport, loop);
        server.set(opened);
        if (closed.get()) {
            // Closed meanwhile, perhaps before this one was there to be seen.
            opened.close(Duration.ZERO);
        }
    }

    /** Where the server for people and programs listens; null before {@link #open()}. */
    @Nullable
    AdminAddress address() {
        AdminServer open = metrics.get();
        return open == null ? null : open.address();
    }

    /**
     * Stops listening at both places, for good, and completes when the one for people and programs has answered all, at the latest
     * after {@code limit}.
     */
    CompletableFuture<Void> close(Duration limit) {
        closed.set(true);
        // First the socket: whoever asked over it for this may have its path when the answer comes.
        close(control, limit);
        return close(metrics, limit);
    }

    private static CompletableFuture<Void> close(AtomicReference<@Nullable AdminServer> server, Duration limit) {
        AdminServer open = server.get();
        return open == null
                ? CLOSED
                : open.close(limit)
                        .orTimeout(limit.toMillis() + 1000, TimeUnit.MILLISECONDS)
                        .exceptionally(late -> null);
    }
}
