package dev.adit.connector.handover;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Tells systemd that this process is alive for as long as all its event loops go round. */
public final class Watchdog {
    private final List<EventExecutor> loops = new ArrayList<>();
    private final ServiceManager manager;

    private Watchdog(EventExecutorGroup loops, ServiceManager manager) {
        loops.forEach(this.loops::add);
        this.manager = manager;
    }

    /** Watches {@code loops} until they end, if {@code manager} wants to hear of it. */
    public static void start(EventExecutorGroup loops, ServiceManager manager) {
        Duration every = manager.aliveEvery();
        if (every != null) {
            Watchdog watchdog = new Watchdog(loops, manager);
            loops.next().scheduleAtFixedRate(watchdog::look, 0, every.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void look() {
        AtomicInteger missing = new AtomicInteger(loops.size());
        for (EventExecutor loop : loops) {
            loop.execute(() -> {
                if (missing.decrementAndGet() == 0) {
                    manager.alive();
                }
            });
        }
    }
}
