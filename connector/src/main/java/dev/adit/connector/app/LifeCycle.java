package dev.adit.connector.app;

import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.handover.PidFile;
import dev.adit.connector.handover.Predecessor;
import dev.adit.connector.handover.ServiceManager;
import dev.adit.connector.supervise.TunnelEvents;
import dev.adit.connector.tunnel.TunnelEnd;
import dev.adit.connector.wire.RegistrationOutcome.Registered;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process does beside serving, from its start to its end: opens its local servers, takes over from another process,
 * tells systemd, keeps a pid file. Most of it may block and runs on a thread of its own.
 *
 * <pre>
 *   nobody to take over from:  start ─► listens, READY ─► dials
 *   takeover:                  start ─► dials ─► all registered ─► the other one stops listening and drains ─► listens, READY
 * </pre>
 */
final class LifeCycle implements TunnelEvents, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LifeCycle.class);

    /** From the first registration on: an edge may never take all connections, and the other process is to go some day. */
    private static final Duration MOST_WAIT = Duration.ofSeconds(30);

    private final LifeOptions options;
    private final int connections;
    private final LocalServers servers;
    private final ServiceManager manager;
    /** What comes after the end is too late to be of use. */
    private final ScheduledExecutorService worker = new ScheduledThreadPoolExecutor(
            1, new DefaultThreadFactory("adit-life", true), new ThreadPoolExecutor.DiscardPolicy());

    private final long pid = ProcessHandle.current().pid();
    private final @Nullable PidFile pidFile;
    /** The registered connections. Changed on the supervisor's loop only. */
    private final Set<Integer> up = ConcurrentHashMap.newKeySet();
    /** Set before anything is dialed, then confined to the worker. */
    private @Nullable Predecessor predecessor;
    /** Confined to the supervisor's loop. */
    private boolean everUp;

    LifeCycle(LifeOptions options, int connections, LocalServers servers, ServiceManager manager) {
        this.options = options;
        this.connections = connections;
        this.servers = servers;
        this.manager = manager;
        pidFile = options.pidFile() == null ? null : new PidFile(options.pidFile(), pid);
    }

    /**
     * Listens, unless another process has to yield first; before anything is dialed. Blocks.
     *
     * @throws IOException if the local server's address can't be had
     */
    void start() throws IOException {
        if (options.takeover() && options.controlSocket() != null) {
            predecessor = Predecessor.find(options.controlSocket());
        }
        Predecessor other = predecessor;
        if (other == null) {
            if (options.takeover()) {
                log.info("there is no process to take over from");
            }
            servers.open();
            manager.ready(status());
        } else {
            log.info("Process {} serves this tunnel until all connections are registered", other.pid());
        }
    }

    /** Where what may block runs, one after the other. */
    ScheduledExecutorService worker() {
        return worker;
    }

    /** Runs {@code reload} while systemd knows of it; on the worker. */
    void reloading(Runnable reload) {
        manager.reloading();
        try {
            reload.run();
        } finally {
            manager.ready(status());
        }
    }

    /** Another process speaks for the service from now on, and has its sockets. */
    void yielded() {
        manager.fallSilent();
    }

    @Override
    public void registered(int connIndex, EdgeAddress edge, Registered registered) {
        up.add(connIndex);
        manager.status(status());
        PidFile file = pidFile;
        if (!everUp) {
            everUp = true;
            if (file != null) {
                worker.execute(file::write);
            }
            worker.schedule(this::takeOverLate, MOST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        }
        if (up.size() == connections) {
            worker.execute(this::takeOver);
        }
    }

    @Override
    public void goingAway(int connIndex) {
        down(connIndex);
    }

    @Override
    public void ended(int connIndex, TunnelEnd end) {
        down(connIndex);
    }

    private void down(int connIndex) {
        if (up.remove(connIndex)) {
            manager.status(status());
        }
    }

    @Override
    public void draining() {
        manager.stopping();
    }

    private void takeOverLate() {
        if (predecessor != null && up.isEmpty()) {
            worker.schedule(this::takeOverLate, 1, TimeUnit.SECONDS);
        } else {
            takeOver();
        }
    }

    private void takeOver() {
        Predecessor other = predecessor;
        if (other == null) {
            return;
        }
        predecessor = null;
        log.info("Taking over from process {} connections={}", other.pid(), up.size());
        // Before the other one ends, which would be the end of the service.
        manager.readyAs(pid, status());
        try {
            other.yieldTo(pid);
        } catch (IOException e) {
            log.warn("process {} does not yield, it may be gone: {}", other.pid(), e.getMessage());
        }
        try {
            servers.open();
        } catch (IOException e) {
            log.error("the tunnel is served, but nothing listens on this machine: {}", e.getMessage());
        }
        log.info("Took over from process {}", other.pid());
    }

    private String status() {
        return up.size() + " of " + connections + " connections to the edge are registered";
    }

    /** Removes what told of this process. */
    @Override
    public void close() {
        worker.shutdownNow();
        PidFile file = pidFile;
        if (file != null) {
            file.remove();
        }
        manager.close();
    }
}
