package dev.adit.connector.app;

import dev.adit.connector.edge.EdgeAddress;
import dev.adit.connector.handover.PidFile;
import dev.adit.connector.handover.Predecessor;
import dev.adit.connector.handover.ServiceManager;
import dev.adit.connector.status.TunnelStatus;
import dev.adit.connector.supervise.TunnelEvents;
import dev.adit.connector.tunnel.TunnelEnd;
import dev.adit.connector.wire.RegistrationOutcome.Registered;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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

    /** How often a local address is tried again that is not free, at first. */
    private static final Duration SOON = Duration.ofMillis(200);

    private static final int SOON_TRIES = 50;
    private static final Duration LATER = Duration.ofSeconds(5);

    /** Until a process that did not yield is asked again. */
    private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

    private final LifeOptions options;
    private final Supplier<TunnelStatus> tunnel;
    private final LocalServers servers;
    private final ServiceManager manager;
    /** What comes after the end is too late to be of use. */
    private final ScheduledExecutorService worker = new ScheduledThreadPoolExecutor(
            1, new DefaultThreadFactory("adit-life", true), new ThreadPoolExecutor.DiscardPolicy());

    private final long pid = ProcessHandle.current().pid();
    private final @Nullable PidFile pidFile;
    /** Set before anything is dialed, then confined to the worker. */
    private @Nullable Predecessor predecessor;
    /** Confined to the supervisor's loop. */
    private boolean everUp;
    /** What systemd heard last of the connections. Confined to the supervisor's loop. */
    private String told = "";
    /** Whoever is about to end takes over from nobody. */
    private volatile boolean leaving;

    /** {@code tunnel} says how the connections are, what is told here included. */
    LifeCycle(LifeOptions options, Supplier<TunnelStatus> tunnel, LocalServers servers, ServiceManager manager) {
        this.options = options;
        this.tunnel = tunnel;
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
        tellStatus();
        PidFile file = pidFile;
        if (!everUp) {
            everUp = true;
            if (file != null) {
                worker.execute(file::write);
            }
            worker.schedule(this::takeOverLate, MOST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        }
        if (isUp(tunnel.get())) {
            worker.execute(this::takeOver);
        }
    }

    @Override
    public void goingAway(int connIndex) {
        tellStatus();
    }

    @Override
    public void ended(int connIndex, TunnelEnd end) {
        tellStatus();
    }

    /** Each telling is a process of its own, so dials that fail and fail again are not worth one. */
    private void tellStatus() {
        String now = status();
        if (!leaving && !now.equals(told)) {
            told = now;
            manager.status(now);
        }
    }

    @Override
    public void draining() {
        leaving = true;
        manager.stopping();
    }

    private void takeOverLate() {
        if (predecessor != null && !tunnel.get().isReady()) {
            worker.schedule(this::takeOverLate, 1, TimeUnit.SECONDS);
        } else {
            takeOver();
        }
    }

    private void takeOver() {
        Predecessor other = predecessor;
        if (other == null || leaving) {
            return;
        }
        predecessor = null;
        log.info(
                "Taking over from process {} connections={}",
                other.pid(),
                tunnel.get().registered());
        // Before the other one ends, which would be the end of the service.
        manager.readyAs(pid, status());
        if (leaving) {
            // Told to end meanwhile: the other one stays, and the service with it.
            manager.readyAs(other.pid(), "process " + other.pid() + " goes on");
            log.info("Process {} goes on, as this one is about to end", other.pid());
            return;
        }
        ask(other);
        listen(0);
        log.info("Took over from process {}", other.pid());
    }

    /** Whoever lives and does not answer that it will end is asked again, or both would serve for ever. */
    private void ask(Predecessor other) {
        try {
            other.yieldTo(pid);
        } catch (IOException e) {
            log.warn("process {} does not yield, it may be gone: {}", other.pid(), e.getMessage());
            worker.schedule(() -> askAgain(other), ASK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void askAgain(Predecessor other) {
        if (other.equals(Predecessor.find(other.socket()))) {
            ask(other);
        }
    }

    /** The other one's addresses may become free only a moment after it said so, or when it is gone. */
    private void listen(int tries) {
        String problem = servers.openMore();
        if (problem != null) {
            if (tries == 0) {
                log.error("the tunnel is served, but local addresses can't be had yet: {}", problem);
            }
            Duration pause = tries < SOON_TRIES ? SOON : LATER;
            worker.schedule(() -> listen(tries + 1), pause.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private static boolean isUp(TunnelStatus status) {
        return status.registered() == status.connections().size();
    }

    private String status() {
        TunnelStatus now = tunnel.get();
        return now.registered() + " of " + now.connections().size() + " connections to the edge are registered";
    }

    /** Removes what told of this process. */
    @Override
    public void close() {
        leaving = true;
        worker.shutdownNow();
        removePidFile();
        manager.close();
    }

    /** Removes the pid file, if there is one and it is this process's. For any thread. */
    void removePidFile() {
        PidFile file = pidFile;
        if (file != null) {
            file.remove();
        }
    }
}
